"""Atlassian sends on what a card beside an issue asks."""

from support.jira import SAID, asked, token


def request(url):
    return asked(token(), SAID | {"locale": "en"}, url)
