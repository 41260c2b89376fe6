"""A Request Tracker, by a user and a password."""

from support.rt_desk import Desk

SECRET = "T0P-s3cret-token"
KEY = "C-1"


def settings(url):
    return {"url": url, "user": "sidecar", "password": SECRET, "queues": ["Support"]}


def play(server):
    desk = Desk(server)
    desk.add(2, KEY)
    return desk
