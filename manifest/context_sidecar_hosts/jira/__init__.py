"""Jira and Jira Service Management, by an app of Atlassian's Forge with a remote."""
