"""The latency of requests: a login, a small read, a page and a purchase.

Arguments: the URL of DynamoDB Local, a loaded table, and the number of repetitions. It prints a line when it is ready
and then, as JSON, the median seconds of each request.
"""

import json
import sys
from statistics import median
from time import perf_counter

from bench.cost import MINE, Bench
from bench.shops import PASSWORD, product_of
from shop.security.passwords import hash_password, is_password

_COST = 12


def main() -> None:
    """Time each kind of request."""
    url, table_name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    bench = Bench(url, table_name)
    hashed = hash_password(PASSWORD, _COST)
    login = {"email": MINE.email, "password": PASSWORD}
    order = {"product": product_of(7).id, "first_installment_amount": 400, "installment_count": 3}
    requests = {
        "POST /accounts/login/": ("POST", "/accounts/login/", login),
        "GET /accounts/profile/": ("GET", "/accounts/profile/", None),
        "GET /purchases/my/": ("GET", "/purchases/my/", None),
        "POST /purchases/create/": ("POST", "/purchases/create/", order),
    }
    for method, path, body in requests.values():
        bench.seconds(method, path, body, MINE, 3)
    print("ready", flush=True)
    sys.stdin.readline()
    seconds = {name: bench.seconds(*request, MINE, times) for name, request in requests.items()}
    seconds["POST /accounts/login/"] += median(_bcrypt(hashed) for _ in range(3))  # loaded shops have cheap hashes
    print(json.dumps(seconds), flush=True)


def _bcrypt(hashed: str) -> float:
    began = perf_counter()
    is_password(PASSWORD, hashed)
    return perf_counter() - began


if __name__ == "__main__":
    main()
