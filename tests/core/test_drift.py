"""What became of the fields that a system had, and what likely took the place of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from context_sidecar.core.drift import Because, Drift, DriftKind, drift_of
from context_sidecar.core.field import FieldType
from context_sidecar.core.inference import infer
from context_sidecar.core.remembered import accepted, judged, remembered
from context_sidecar.core.shape import Kind, Shape, ShapeField, is_odd
from context_sidecar.core.similarity import likeness, overlap

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CODES = {"ENT": "Enterprise", "STD": "Standard", "PRO": "Professional"}


def field(name, type=FieldType.TEXT, label="", choices=(), native="string"):
    return ShapeField(tuple(name.split(".")), type, label, native, dict(choices))


TIER = field("Tier__c", FieldType.CHOICE, "Tier", CODES)
NAME = field("Name")
OWNER = field("Owner.Name")


def over_time(*shapes, **more):
    """What is remembered after a look each hour from noon."""
    known = None
    for number, fields in enumerate(shapes):
        shape = Shape(tuple(fields), **more)
        asked = {one.name for one in shape.fields}
        known = remembered(known, shape, NOON + number * HOUR, asked=asked)
    return known


def drift(memory, name="Tier__c", choices=(), taken=(), type=FieldType.CHOICE):
    return drift_of({name}, type, dict(choices), memory, taken)


def test_what_is_there_as_always_has_not_drifted():
    assert drift(over_time([TIER, NAME], [NAME, TIER]), choices=CODES) is None


def test_what_was_never_described_tells_nothing():
    assert drift(over_time([NAME], [NAME])) is None


def test_what_disappears_is_gone_since_the_look_that_missed_it():
    memory = over_time([TIER, NAME], [NAME], [NAME])

    assert drift(memory) == Drift(DriftKind.GONE, "Tier__c", NOON + HOUR, was=FieldType.CHOICE)


def test_what_comes_back_is_there():
    assert drift(over_time([TIER, NAME], [NAME], [TIER, NAME])) is None


def test_a_type_that_changes_is_told_with_the_one_before():
    memory = over_time([TIER], [field("Tier__c", FieldType.NUMBER)])

    assert drift(memory) == Drift(
        DriftKind.RETYPED, "Tier__c", NOON + HOUR,
        was=FieldType.CHOICE, now=FieldType.NUMBER, certain=True,
    )  # fmt: skip
    back = remembered(memory, Shape((TIER,)), NOON + 2 * HOUR)
    assert drift(back) is None


def test_another_type_that_is_declared_by_now_is_none():
    memory = over_time([TIER], [field("Tier__c", FieldType.NUMBER)])

    assert drift(memory, type=FieldType.NUMBER) is None


def test_a_text_whose_type_changed_in_the_system_is_told_though_anything_is_read_as_text():
    memory = over_time([NAME], [field("Name", FieldType.NUMBER, native="integer")])

    found = drift(memory, "Name", type=FieldType.TEXT)

    assert (found.kind, found.was, found.now) == (
        DriftKind.RETYPED, FieldType.TEXT, FieldType.NUMBER,
    )  # fmt: skip


def test_a_type_that_was_undescribed_before_or_after_says_nothing_of_a_text():
    """Numbers of some accounts are all digits, and those of others not."""
    digits = field("Name", FieldType.NUMBER, native="")

    for before, after in ([digits, NAME], [NAME, digits]):
        assert drift(over_time([before], [after]), "Name", type=FieldType.TEXT) is None


def test_that_values_look_otherwise_is_less_than_another_type():
    day, text = (field("due", one, native="") for one in (FieldType.DATE, FieldType.TEXT))

    found = drift(over_time([day], [text], inferred=True), "due", type=FieldType.DATE)

    assert (found.kind, found.certain) == (DriftKind.RETYPED, False)


@pytest.mark.parametrize("type", [FieldType.DATE, FieldType.TEXT])
def test_whether_one_of_some_dates_shows_how_they_are_written_is_no_change(type):
    told, untold = ({"due": day} for day in ("31.12.2027", "01.12.2027"))
    seen = [infer([one]).fields for one in (told, untold, told)]

    assert [one[0].type for one in seen] == [FieldType.DATE, FieldType.TEXT, FieldType.DATE]
    assert drift(over_time(*seen, inferred=True), "due", type=type) is None


@pytest.mark.parametrize("type", [FieldType.NUMBER, FieldType.PERCENT])
def test_whether_numbers_are_shown_as_percentages_is_no_change(type):
    number, percent = (
        field("share", one, native="") for one in (FieldType.NUMBER, FieldType.PERCENT)
    )

    assert drift(over_time([number], [percent], inferred=True), "share", type=type) is None


def test_what_is_written_in_another_way_is_of_another_type_though_nobody_describes_it():
    """A text that all came in quotes, and comes without them."""

    def seen(*values):
        shape = infer({"tier": value} for value in values)
        return [one for one in shape.fields if one.name == "tier"]

    gold, three = seen("Gold", "Silver"), seen(3, 2)

    found = drift(over_time(gold, three, inferred=True), "tier", type=FieldType.TEXT)

    assert (found.was, found.now, found.certain) == (FieldType.TEXT, FieldType.NUMBER, True)
    assert (
        drift(over_time(gold, seen("3", "2"), inferred=True), "tier", type=FieldType.TEXT) is None
    )
    assert (
        drift(over_time(gold, seen("Gold", 2), inferred=True), "tier", type=FieldType.TEXT) is None
    )


def test_a_number_that_is_written_as_a_text_is_told_though_the_text_can_be_read_as_one():
    def seen(*values):
        shape = infer({"seats": value} for value in values)
        return [one for one in shape.fields if one.name == "seats"]

    memory = over_time(seen(1201, 14), seen("1.201", "14"), inferred=True)

    found = drift(memory, "seats", type=FieldType.NUMBER)
    assert (found.was, found.now, found.certain) == (FieldType.NUMBER, FieldType.TEXT, True)
    mixed = over_time(seen(1201, 14), seen("1.201", 14), inferred=True)
    assert drift(mixed, "seats", type=FieldType.NUMBER) is None


def test_time_alone_makes_another_type_no_right_one():
    number = field("Tier__c", FieldType.NUMBER)
    memory = over_time([TIER], [number])
    later = remembered(memory, Shape((number,)), NOON + timedelta(days=400), asked={"Tier__c"})

    assert drift(later).since == NOON + HOUR


def test_another_type_that_is_accepted_is_what_it_is_until_the_next():
    number = field("Tier__c", FieldType.NUMBER)
    memory = accepted(over_time([TIER], [number]), {"Tier__c"}, NOON + 2 * HOUR)
    assert drift(memory) is None

    again = remembered(
        memory, Shape((field("Tier__c", FieldType.DATE),)), NOON + 3 * HOUR, asked={"Tier__c"}
    )
    assert (drift(again).was, drift(again).now) == (FieldType.NUMBER, FieldType.DATE)


def test_what_changed_before_anybody_read_it_is_what_it_is():
    number = field("Tier__c", FieldType.NUMBER)
    unread = remembered(over_time([TIER]), Shape((number,)), NOON + HOUR)
    read = remembered(unread, Shape((number,)), NOON + 2 * HOUR, asked={"Tier__c"})

    assert drift(read) is None


@pytest.mark.parametrize(
    ("type", "value", "odd"),
    [
        (FieldType.TEXT, "7", False),
        (FieldType.TEXT, 7, True),
        (FieldType.TEXT, ["Gold", 7], True),
        (FieldType.TEXT, None, False),
        (FieldType.NUMBER, 7.5, False),
        (FieldType.NUMBER, "7.5", True),
        (FieldType.NUMBER, True, True),
        (FieldType.NUMBER, {"amount": 7}, False),
        (FieldType.BOOLEAN, 1, True),
        (FieldType.DATE, 7, True),
        (FieldType.LIST, 7, False),
        (None, 7, False),
    ],
)
def test_a_value_of_another_kind_than_is_described_is_odd(type, value, odd):
    assert is_odd(field("at.Tier", type), {"at": {"Tier": value}}) is odd
    assert not is_odd(field("at.Tier", type, native=""), {"at": {"Tier": value}})


@pytest.mark.parametrize(
    ("value", "odd"), [("Gold", False), ("3", False), (3, True), (None, False)]
)
def test_a_value_of_another_kind_than_was_seen_is_odd(value, odd):
    [seen] = infer([{"tier": "Silver"}]).fields

    assert is_odd(seen, {"tier": value}) is odd


def test_a_code_that_the_vocabulary_lacks_has_the_systems_own_words():
    found = drift(over_time([TIER]), choices={"ENT": "Enterprise", "STD": "Standard"})

    assert found == Drift(DriftKind.UNLISTED, "Tier__c", unlisted={"PRO": "Professional"})


def test_a_field_without_a_vocabulary_lacks_no_code():
    assert drift(over_time([TIER])) is None


class TestSuccessor:
    def found(self, *after, before=(TIER, NAME), taken=(), agrees=None):
        memory = over_time(before, after)
        if agrees:
            memory = with_agreement(memory, agrees)
        return drift(memory, taken=taken).successor

    def test_a_renamed_field_is_known_by_its_time_choices_and_name(self):
        renamed = field("Customer_Tier__c", FieldType.CHOICE, "Customer Tier", CODES)
        found = self.found(renamed, NAME)

        assert found.field == renamed
        assert found.because == (Because.APPEARED, Because.CHOICES, Because.NAME)

    def test_among_several_that_appeared_the_one_that_is_alike_is_taken(self):
        renamed = field("Level__c", FieldType.CHOICE, "Level", CODES)
        other = field("Colour__c", FieldType.CHOICE, "Colour", {"R": "Red", "G": "Green"})
        found = self.found(renamed, other, NAME)

        assert found.field == renamed
        assert found.because == (Because.APPEARED, Because.CHOICES)

    def test_of_two_that_are_as_likely_none_is_guessed(self):
        one, other = (
            field(f"{name}__c", FieldType.CHOICE, name, CODES) for name in ("Level", "Rank")
        )

        assert self.found(one, other, NAME) is None

    def test_that_something_else_appeared_is_not_enough(self):
        assert self.found(field("Note__c", FieldType.DATE), NAME) is None

    def test_a_field_that_was_there_before_may_take_over(self):
        newer = field("Tier_v2__c", FieldType.CHOICE, "Tier v2", CODES)
        found = self.found(newer, NAME, before=[TIER, newer, NAME])

        assert found.field == newer
        assert found.because == (Because.CHOICES, Because.NAME)

    def test_the_same_values_speak_for_it_and_others_against(self):
        before = field("Segment__c", label="Segment")
        after = [field("Group__c", label="Group"), field("Area__c", label="Area")]

        def found(**agrees):
            memory = over_time([before], after)
            memory = with_agreement(memory, agrees, of="Segment__c")
            return drift(memory, "Segment__c").successor

        assert found() is None
        assert found(Group__c=1.0, Area__c=0.1).field == after[0]
        assert Because.VALUES in found(Group__c=1.0).because

    def test_what_has_its_id_is_the_same_under_another_name(self):
        gone, renamed = (ShapeField((name,), id="7") for name in ("Customer", "Client"))
        others = [ShapeField((name,), id=name) for name in ("Custom", "Customers")]
        memory = over_time([gone, NAME], [renamed, *others, NAME])

        found = drift(memory, "Customer").successor

        assert (found.field, found.because) == (renamed, (Because.ID, Because.APPEARED))

    def test_ids_that_differ_in_their_numbers_are_not_alike(self):
        """Jira numbers its fields: what people call them tells."""
        gone, renamed = (field(f"customfield_100{n}", label="Customer") for n in (42, 77))
        other = field("customfield_10078", label="Severity")
        memory = over_time([gone, NAME], [renamed, other, NAME])

        assert drift(memory, "customfield_10042").successor.field == renamed

    def test_what_another_field_reads_is_none(self):
        renamed = field("Customer_Tier__c", FieldType.CHOICE, "Customer Tier", CODES)

        assert self.found(renamed, NAME, taken={"Customer_Tier__c"}) is None

    def test_another_type_is_none(self):
        assert self.found(field("Tier2__c", FieldType.DATE, "Tier since"), NAME) is None


class TestKey:
    """What a lookup goes by: nothing is read without it."""

    KEY = field("ERP_Number__c", label="ERP number")
    RENEWED = field("SAP_Number__c", label="ERP number")

    def keyed(self, *shapes, by="ERP_Number__c"):
        return over_time(*(Shape(tuple(one)).keyed(by).fields for one in shapes))

    def test_it_counts_as_read_by_every_field(self):
        memory = self.keyed([self.KEY, TIER], [self.RENEWED, TIER])

        found = drift(memory, choices=CODES)

        assert (found.kind, found.name, found.successor.field) == (
            DriftKind.GONE, "ERP_Number__c", self.RENEWED,
        )  # fmt: skip

    def test_in_whatever_case_it_is_named(self):
        assert [one.key for one in Shape((self.KEY, TIER)).keyed("erp_number__C").fields] == [
            True, False,
        ]  # fmt: skip

    def test_once_another_is_the_key_the_old_one_may_be_gone(self):
        memory = self.keyed([self.KEY, TIER], [self.RENEWED, TIER])
        later = Shape((self.RENEWED, TIER)).keyed("SAP_Number__c")

        assert drift(remembered(memory, later, NOON + 2 * HOUR), choices=CODES) is None


def with_agreement(memory, agrees, of="Tier__c"):
    gone = replace(memory.fields[of], agrees=agrees)
    return replace(memory, fields={**memory.fields, of: gone})


class TestInferred:
    def test_a_text_that_looks_like_a_vocabulary_now_is_no_other_type(self):
        memory = over_time([field("tier", native="")], [field("tier", FieldType.CHOICE, native="")],
                           [field("tier", None, native="")], inferred=True)  # fmt: skip

        assert drift(memory, "tier") is None

    def test_a_date_that_is_a_text_now_is_another_type(self):
        memory = over_time(
            [field("due", FieldType.DATE, native="")], [field("due", native="")], inferred=True
        )

        assert drift(memory, "due").kind is DriftKind.RETYPED

    def test_no_answer_at_all_shows_nothing(self):
        assert drift(over_time([TIER], [], inferred=True)) is None

    def test_where_the_description_is_lost_only_what_was_asked_for_can_be_missed(self):
        memory = over_time([TIER, NAME, OWNER])
        inferred = Shape((field("Name", native=""),), inferred=True)
        later = remembered(memory, inferred, NOON + HOUR, asked={"Tier__c", "Name"})

        assert drift(later).kind is DriftKind.GONE
        assert drift(later, "Owner.Name") is None
        assert drift(later, "Name") is None


def test_what_is_gone_for_long_is_forgotten():
    memory = over_time([TIER, NAME], [NAME])
    later = remembered(memory, Shape((NAME,)), NOON + timedelta(days=100))

    assert "Tier__c" not in later.fields


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Customer_Tier__c", "customerTier", 1, 1),
        ("Tier__c", "Customer_Tier__c", 0.9, 0.9),
        ("organization_fields.tier", "organization_fields.tiers", 0.8, 0.95),
        ("renewal_date", "Renewal on", 0.6, 0.9),
        ("tier", "region", 0, 0.55),
        ("", "region", 0, 0),
    ],
)
def test_names_are_alike_however_they_are_written(one, other, least, most):
    assert least <= likeness(one, other) == likeness(other, one) <= most


def test_vocabularies_overlap_by_what_both_have():
    assert overlap("abc", "abcd") == 0.75
    assert overlap("", "") == 0


def item(name, **more):
    return ShapeField(("[]", name), FieldType.TEXT, **more)


WHOLE = ShapeField((), FieldType.LIST)


def items_over_time(*looks):
    """What is remembered after looks, each of which found these in the items of a list."""
    known = None
    for number, items in enumerate(looks):
        shape = Shape((WHOLE,), inferred=True, items=tuple(items))
        known = remembered(known, shape, NOON + number * HOUR, asked={"[].due"})
    return known


def after_looking(memory, shown=(), gone=(), items=(), hours=1):
    """What is remembered after accounts were asked for what others' items lack."""
    shape = Shape((WHOLE,), inferred=True, items=tuple(items))
    now = NOON + hours * HOUR
    return judged(memory, dict.fromkeys(shown, now), gone, shape, now)


def test_what_no_items_have_any_more_is_gone_and_what_came_beside_it_took_its_place():
    memory = items_over_time([item("title"), item("due")])
    memory = after_looking(memory, gone={"[].due"}, items=[item("title"), item("due_on")])

    found = drift(memory, "[].due", type=FieldType.LIST)
    assert (found.kind, found.name, found.since) == (DriftKind.GONE, "[].due", NOON + HOUR)
    assert found.successor.field.name == "[].due_on"
    assert memory.gone_from_items == {"[].due"}
    assert drift(after_looking(memory, shown={"[].due"}), "[].due", type=FieldType.LIST) is None


def test_what_items_lack_in_a_look_at_a_few_answers_others_may_have():
    for later in ([], [item("title")]):
        memory = items_over_time([item("title"), item("due")], later)

        assert drift(memory, "[].due", type=FieldType.LIST) is None


def test_what_is_beside_the_list_takes_the_place_of_nothing_in_it():
    shape = Shape((field("due_on"),), inferred=True, items=(item("due"), item("id")))
    memory = after_looking(remembered(None, shape, NOON), gone={"[].due"}, items=[item("id")])

    assert drift(memory, "[].due", type=FieldType.LIST).successor is None


def test_what_some_have_and_others_lack_is_left_out_until_it_is_gone():
    whole = items_over_time([item("due")])
    assert whole.left_out == set()
    assert items_over_time([item("due", left_out=True)], [item("due")]).left_out == {"[].due"}
    left = after_looking(whole, shown={"[].due"})
    assert left.left_out == {"[].due"}
    assert after_looking(left, gone={"[].due"}).left_out == set()
    assert after_looking(items_over_time([]), shown={"a[].due"}).left_out == {"a[].due"}


def test_what_an_account_has_lost_is_gone_until_another_shows_it():
    memory = after_looking(items_over_time([item("due")]), shown={"[].due"})

    lost = {"[].due": NOON + 2 * HOUR}
    assert memory.doubting(lost).gone_from_items == {"[].due"}
    seen = after_looking(memory, shown={"[].due"}, hours=3)
    assert seen.doubting(lost).left_out == {"[].due"}


def test_what_is_accepted_to_be_gone_from_items_is_none_from_then_on():
    memory = after_looking(items_over_time([item("due")]), gone={"[].due"})
    memory = accepted(memory, {"[].due"}, NOON + 2 * HOUR)

    assert memory.left_out == {"[].due"}
    assert after_looking(memory, gone={"[].due"}, hours=3).left_out == {"[].due"}
    assert memory.doubting({"[].due": NOON + 4 * HOUR}).left_out == {"[].due"}


def test_that_an_item_looks_like_another_type_is_no_news_but_that_it_is_written_otherwise_is():
    text = item("due", kind=Kind.TEXT)
    day = replace(text, type=FieldType.DATE)
    number = replace(text, type=FieldType.NUMBER, kind=Kind.NUMBER)

    assert drift(items_over_time([text], [day]), "[].due", type=FieldType.LIST) is None
    found = drift(items_over_time([text], [number]), "[].due", type=FieldType.LIST)
    assert (found.kind, found.certain) == (DriftKind.RETYPED, True)


class TestValuesThatAreNotAllWrittenInOneWay:
    """An API gives some a number, and some a text; it is known from a look at a few of them."""

    FEW, BOTH = ({"code": 1001}, {"code": 1002}), ({"code": 1001}, {"code": "A-17"})

    def looks(self, *answers):
        memory = None
        for number, some in enumerate(answers):
            memory = remembered(memory, infer(some), NOON + 6 * number * HOUR, asked={"code"})
        return memory

    def odd(self, memory, value):
        return bool(memory.odd({"code"}, {"code": value}, {}))

    def test_are_odd_until_a_look_has_seen_them(self):
        assert self.odd(self.looks(self.FEW), "A-17")
        assert not self.odd(self.looks(self.FEW, self.BOTH), "A-17")
        assert not self.odd(self.looks(self.FEW, self.BOTH), 1001)

    def test_are_no_news_after_a_look_at_a_few_that_are(self):
        memory = self.looks(self.FEW, self.BOTH, self.FEW)

        assert not self.odd(memory, "A-17")
        assert drift(memory, "code", type=FieldType.TEXT) is None

    def test_are_another_type_where_all_are_written_otherwise_at_once(self):
        memory = self.looks(self.FEW, ({"code": "1.001"}, {"code": "1.002"}))

        assert self.odd(memory, "1.001")
        assert drift(memory, "code", type=FieldType.NUMBER).certain

    def test_are_compared_with_what_they_were_before_there_were_none(self):
        memory = self.looks(self.FEW, ({"code": None}, {"code": None}))

        assert self.odd(memory, "1.001")
        assert not self.odd(memory, 1001)
