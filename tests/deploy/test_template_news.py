"""The way of the news in the template: who hears what, where it waits, where it ends."""

from __future__ import annotations

import json
from typing import Any

import cfn_flip
import pytest

from tests.deploy.cloud import ROOT

TEMPLATE: dict[str, Any] = json.loads(
    cfn_flip.to_json((ROOT / "deploy" / "template.yaml").read_text())
)
RESOURCES = TEMPLATE["Resources"]


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


@pytest.mark.parametrize("channel", ["Push", "Mail"])
def test_a_channel_hears_what_it_tells_and_nothing_else(channel: str) -> None:
    subscription = properties(f"{channel}Subscription")

    assert subscription["FilterPolicy"] == {"type": ["notice.opened"]}
    assert subscription["TopicArn"] == {"Ref": "EventsTopic"}
    assert subscription["RawMessageDelivery"] is True
    assert subscription["Endpoint"] == {"Fn::GetAtt": [f"{channel}Queue", "Arn"]}


def test_the_fan_out_hears_everything_else() -> None:
    policy = properties("FanoutSubscription")["FilterPolicy"]

    assert policy == {"type": [{"anything-but": ["notice.opened"]}]}


@pytest.mark.parametrize("channel", ["Fanout", "Push", "Mail"])
def test_every_channel_has_dead_letters_of_its_own(channel: str) -> None:
    dead = {"deadLetterTargetArn": {"Fn::GetAtt": [f"{channel}DeadLetters", "Arn"]}}

    assert properties(f"{channel}Queue")["RedrivePolicy"] == {**dead, "maxReceiveCount": 5}
    assert properties(f"{channel}Subscription")["RedrivePolicy"] == dead
    assert properties(f"{channel}DeadLetters")["MessageRetentionPeriod"] == 14 * 86400
    watched = json.dumps(properties("NewsGivenUp")["Metrics"])
    assert f"{channel}DeadLetters" in watched


def test_queues_without_figures_do_not_silence_the_others() -> None:
    """A queue that nobody has used for six hours has none, and `feed + push` would have none."""
    for alarm in ("NewsGivenUp", "NoticesWaiting"):
        expression = properties(alarm)["Metrics"][0]["Expression"]
        assert all(each.startswith("MAX([") for each in expression["Fn::If"][1:]), alarm


def test_the_queues_own_delay_is_the_window() -> None:
    for channel in ("Push", "Mail"):
        assert properties(f"{channel}Queue")["DelaySeconds"] == {"Ref": "NoticeWindow"}
    assert "DelaySeconds" not in properties("FanoutQueue")
    window = TEMPLATE["Parameters"]["NoticeWindow"]
    assert (window["Default"], window["MaxValue"]) == (600, 900)


@pytest.mark.parametrize(
    ("queue", "topics"),
    [
        ("PushQueue", {"EventsTopic"}),
        ("PushDeadLetters", {"EventsTopic"}),
        ("MailQueue", {"EventsTopic", "MailFeedbackTopic"}),
        ("MailDeadLetters", {"EventsTopic", "MailFeedbackTopic"}),
    ],
)
def test_only_these_topics_may_write_to_a_queue(queue: str, topics: set[str]) -> None:
    (policy,) = [
        body["Properties"]["PolicyDocument"]
        for body in RESOURCES.values()
        if body["Type"] == "AWS::SQS::QueuePolicy"
        and body["Properties"]["Queues"] == [{"Ref": queue}]
    ]
    allowed = [each for each in policy["Statement"] if each["Effect"] == "Allow"]

    assert {each["Condition"]["ArnEquals"]["aws:SourceArn"]["Ref"] for each in allowed} == topics
    assert all(each["Action"] == "sqs:SendMessage" for each in allowed)


def test_ses_tells_of_bounces_and_complaints() -> None:
    destination = properties("MailFeedback")["EventDestination"]

    assert sorted(destination["MatchingEventTypes"]) == ["bounce", "complaint"]
    assert destination["SnsDestination"] == {"TopicARN": {"Ref": "MailFeedbackTopic"}}
    assert properties("MailFeedbackSubscription")["Endpoint"] == {
        "Fn::GetAtt": ["MailQueue", "Arn"]
    }


def test_mail_has_one_sender_and_any_receiver() -> None:
    """SES's sandbox asks for a right to each receiver's address too."""
    (policy,) = properties("FanoutRole")["Policies"]
    (send,) = [
        each["Fn::If"][1]
        for each in policy["PolicyDocument"]["Statement"]
        if each.get("Fn::If", [""])[0] == "HasMail"
    ]

    identities, configuration = (each["Fn::Sub"] for each in send["Resource"])
    assert identities.endswith(":identity/*")
    assert configuration.endswith(":configuration-set/${Project}-${Environment}")
    assert send["Condition"] == {"StringEqualsIfExists": {"ses:FromAddress": {"Ref": "MailFrom"}}}


def test_mail_is_there_only_for_whoever_set_a_sender() -> None:
    for name, body in RESOURCES.items():
        condition = "HasNewIdentity" if name == "MailIdentity" else "HasMail"
        assert (body.get("Condition") == condition) is name.startswith("Mail"), name
    assert TEMPLATE["Conditions"]["HasNewIdentity"] == {
        "Fn::And": [{"Condition": "HasMail"}, {"Fn::Equals": [{"Ref": "SesIdentity"}, "new"]}]
    }


def test_the_sweep_asks_every_five_minutes() -> None:
    sweep = properties("NewsSweep")

    assert sweep["ScheduleExpression"] == "rate(5 minutes)"
    assert sweep["Target"]["Input"] == '{"sweep": {}}'
