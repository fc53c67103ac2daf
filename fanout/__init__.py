"""The delivery function: what happened (SNS, SQS) becomes feed entries."""
