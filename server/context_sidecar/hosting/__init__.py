"""What hosts share beside the proof of a visit: what is posted to them, the card in other forms
than our page, and what an admin gets to install.

| module | for hosts that |
|---|---|
| `posted` | are asked with JSON |
| `sheets` | build the card from components of their own |
| `lines` | show names and texts, and no more |
| `app_pages` | are an app whose pages the tool serves itself |
| `packaging` | have an app package |
| `guides` | are installed by a person, which is every one |

It knows the core, and nothing of any single tool.
"""
