"""What AWS asks: list prices in US dollars, and what of it costs nothing every month.

Region us-east-1, as of November 2025; AWS's calculator has today's. Europe is a tenth dearer or
so. Free tiers that end after twelve months are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

DATE = "November 2025"


@dataclass(frozen=True)
class Price:
    """`per` units cost `dollars`; the first `free` units of a month cost nothing."""

    service: str
    unit: str
    dollars: float
    per: float = 1
    free: float = 0

    def cost(self, amount: float) -> float:
        return max(0.0, amount - self.free) * self.dollars / self.per


# A GB-second of each architecture.
ARM64, X86_64 = 0.0000133334, 0.0000166667

PRICES = {
    "lambda_requests": Price("Lambda", "invocations", 0.20, 1e6, 1e6),
    "lambda_seconds": Price("Lambda", "GB-seconds, in those of x86_64", X86_64, free=400_000),
    "api": Price("API Gateway", "requests", 3.50, 1e6),
    "cdn_requests": Price("CloudFront", "requests", 0.0100, 1e4, 1e7),
    "cdn_bytes": Price("CloudFront", "GB to browsers", 0.085, free=1000),
    "s3_storage": Price("S3", "GB stored, Standard", 0.023),
    "s3_archive": Price("S3", "GB stored, Glacier Instant Retrieval", 0.004),
    "s3_writes": Price("S3", "writes", 0.005, 1e3),
    "s3_archived": Price("S3", "moves to Glacier Instant Retrieval", 0.02, 1e3),
    "s3_reads": Price("S3", "reads", 0.0004, 1e3),
    "table_writes": Price("DynamoDB", "write units", 0.625, 1e6),
    "table_reads": Price("DynamoDB", "read units", 0.125, 1e6),
    "table_storage": Price("DynamoDB", "GB stored", 0.25, free=25),
    "table_recovery": Price("DynamoDB", "GB of point-in-time recovery", 0.20),
    "sqs": Price("SQS", "requests", 0.40, 1e6, 1e6),
    "sns": Price("SNS", "messages", 0.50, 1e6, 1e6),
    "mails": Price("SES", "e-mails", 0.10, 1e3),
    "logs": Price("CloudWatch", "GB of logs", 0.50, free=5),
    "metrics": Price("CloudWatch", "metrics", 0.30, free=10),
    "alarms": Price("CloudWatch", "alarms", 0.10, free=10),
    "schedule": Price("EventBridge Scheduler", "invocations", 1.00, 1e6, 14e6),
    "people": Price("Cognito", "people signed in, Lite", 0.0055, free=10_000),
    "keys": Price("KMS", "requests", 0.03, 1e4, 20_000),
}
