"""A small project around django-helpdesk, as its admins have one."""
