"""Fills an empty django-helpdesk by its own models, and adds tickets.

python -m project.seed            users, queues and a custom field
python -m project.seed tickets    tickets, as JSON on standard input; prints their ids
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

from django.contrib.auth.models import Permission, User  # noqa: E402  once Django is set up
from helpdesk.models import CustomField, Queue, Ticket, TicketCustomFieldValue  # noqa: E402


def seed():
    support = Queue.objects.create(title="Support", slug="support")
    Queue.objects.create(title="Board", slug="board")
    CustomField.objects.create(
        name="customer", label="Customer", data_type="varchar", max_length=20, required=False
    )
    agent = User.objects.create_user(
        "agent", "agnes@desk.example", "agent-looks-at-tickets", is_staff=True,
        first_name="Ágnes", last_name='"Aggie" Ó Néill',
    )  # fmt: skip
    _, codename = support.permission_name.split(".")
    agent.user_permissions.add(Permission.objects.get(codename=codename))
    User.objects.create_user("cy", "cy@acme.example", "cy-writes-tickets")
    User.objects.create_superuser("root", "root@desk.example", "root-may-do-all")


def add(tickets):
    ids = []
    for said in tickets:
        customer = said.pop("customer", "")
        queue = Queue.objects.get(title=said.pop("queue", "Support"))
        ticket = Ticket.objects.create(queue=queue, **said)
        if customer:
            field = CustomField.objects.get(name="customer")
            TicketCustomFieldValue.objects.create(ticket=ticket, field=field, value=customer)
        ids.append(ticket.pk)
    return ids


if sys.argv[1:] == ["tickets"]:
    sys.stdout.write(json.dumps(add(json.load(sys.stdin))))
else:
    seed()
