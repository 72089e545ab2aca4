"""Audit a shop, on the local cloud or on AWS: `python -m local.audit`. Exits with 1 when anything differs."""

import argparse
import sys

from local.stack import settings
from shop.wiring import Shop


def main() -> int:
    """Compare what the table says with what it should say, and print each difference with its key."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--stack", default="installment-shop", help="the CloudFormation stack of the shop")
    parser.add_argument("--table", help="another table to audit, such as a copy that was restored")
    given = parser.parse_args()
    environment = settings(given.stack)
    if given.table:
        environment["SHOP_TABLE_NAME"] = given.table
    findings = Shop.from_environment(environment).auditing.run()
    for difference in findings.differences:
        print(f"{difference.key}: {difference.what} is {difference.stored}, should be {difference.expected}")
    for key in findings.moving:
        print(f"{key}: changed while it was read, or a later release wrote it; run the audit again")
    print(f"{findings.customers} customers, {len(findings.differences)} differences, {len(findings.moving)} moving.")
    return 0 if findings.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
