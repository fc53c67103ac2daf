"""Putting Contact Sheet on AWS: a CloudFormation template and Zappa's callbacks around it."""
