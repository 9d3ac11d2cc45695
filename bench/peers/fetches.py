"""The race of fetches on gevent: `fetches.py CLIENT SAMPLES FETCHES LIMIT URL`, a JSON line for each sample."""

import gevent.monkey

gevent.monkey.patch_all()

import json
import sys
import time

from gevent.pool import Pool

CLIENT, SAMPLES, FETCHES, LIMIT, URL = sys.argv[1:]
COUNT = int(FETCHES)


def report(key, value):
    print(json.dumps({"key": key, "value": value}), flush=True)


def with_urllib3():
    import urllib3

    manager = urllib3.PoolManager(maxsize=int(LIMIT))
    return lambda url: len(manager.request("GET", url).data)


def with_requests():
    import requests
    import requests.adapters

    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=int(LIMIT)))
    return lambda url: len(session.get(url).content)


fetch = {"urllib3": with_urllib3, "requests": with_requests}[CLIENT]()
pool = Pool(int(LIMIT))
pool.map(fetch, [URL] * (COUNT // 5))
for _ in range(int(SAMPLES)):
    started = time.perf_counter()
    before = time.process_time()
    pool.map(fetch, [URL] * COUNT)
    report("race", (time.perf_counter() - started) * 1e9 / COUNT)
    report("race-cpu", (time.process_time() - before) * 1e9 / COUNT)
