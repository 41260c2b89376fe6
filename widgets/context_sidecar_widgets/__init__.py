"""What people look at: templates, style and the script that keeps a card live. No build step."""
