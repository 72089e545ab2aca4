"""Create or promote a verified admin, on the local cloud or on AWS: `python -m local.admin --email … --password …`."""

import argparse

from local.stack import settings
from shop.wiring import Shop


def main() -> None:
    """Make the admin that the command line names."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--stack", default="installment-shop", help="the CloudFormation stack of the shop")
    given = parser.parse_args()
    if not 8 <= len(given.password) <= 128:
        parser.error("the password must have 8 to 128 characters")
    if "@" not in given.email:
        parser.error("the e-mail address has no @")
    account = Shop.from_environment(settings(given.stack)).administration.make_admin(given.email, given.password)
    print(f"{account.email} is an admin.")


if __name__ == "__main__":
    main()
