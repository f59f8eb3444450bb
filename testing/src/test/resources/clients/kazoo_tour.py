"""What kazoo can do, against the server named on the command line. Prints one line for each part that worked."""
import sys
import threading
import time

from kazoo.client import KazooClient
from kazoo.exceptions import (BadVersionError, NoAuthError, NodeExistsError, NoNodeError, NotEmptyError,
                              RolledBackError)
from kazoo.protocol.states import EventType
from kazoo.recipe.cache import TreeCache
from kazoo.security import make_acl, make_digest_acl

SERVERS = sys.argv[1]
PATIENCE = 30
clients = []


def connect(**options):
    client = KazooClient(hosts=SERVERS, timeout=20, **options)
    client.start(timeout=PATIENCE)
    clients.append(client)
    return client


def eventually(condition):
    end = time.time() + PATIENCE
    while not condition():
        assert time.time() < end, "it did not happen in time"
        time.sleep(0.01)


def up_to_date(client):
    """Another member may not have heard of the last changes yet."""
    client.sync("/")
    return client


def refused(error, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except error:
        return
    raise AssertionError("%s was not refused with %s" % (arguments, error))


def in_thread(call):
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    return thread


def znodes():
    one = connect()
    assert one.create("/py", b"value") == "/py"
    refused(NodeExistsError, one.create, "/py")
    refused(NoNodeError, one.create, "/missing/child")
    assert one.create("/py/s-", sequence=True) == "/py/s-0000000000"
    assert one.create("/py/s-", sequence=True, ephemeral=True) == "/py/s-0000000001"
    path, stat = one.create("/py/a/b/c", b"deep", makepath=True, include_data=True)
    assert stat.data_length == 4
    data, stat = one.get("/py")
    assert (data, stat.version, stat.children_count) == (b"value", 0, 3)
    assert one.set("/py", b"other", version=0).version == 1
    refused(BadVersionError, one.set, "/py", b"x", version=7)
    refused(NotEmptyError, one.delete, "/py")
    assert sorted(one.get_children("/py")) == ["a", "s-0000000000", "s-0000000001"]
    children, stat = one.get_children("/py", include_data=True)
    assert stat.cversion == 3
    assert one.exists("/py").version == 1 and one.exists("/none") is None
    one.create("/py/\u4e2d \u00fc", "\u00e4".encode())
    assert one.get("/py/\u4e2d \u00fc")[0].decode() == "\u00e4"
    one.create("/py/empty")
    assert one.get("/py/empty")[0] == b""
    one.sync("/py")
    one.ensure_path("/py/p/q")
    one.delete("/py", recursive=True)
    assert one.exists("/py") is None


def access():
    one = connect(auth_data=[("digest", "bob:pw")])
    two = connect()
    one.create("/acl", b"secret", acl=[make_digest_acl("bob", "pw", all=True)])
    refused(NoAuthError, up_to_date(two).get, "/acl")
    assert one.get("/acl")[0] == b"secret"
    one.set_acls("/acl", [make_acl("world", "anyone", read=True), make_acl("auth", "", all=True)])
    assert up_to_date(two).get("/acl")[0] == b"secret"
    refused(NoAuthError, two.set, "/acl", b"x")
    assert one.get_acls("/acl")[1].acl_version == 1
    two.add_auth("digest", "bob:pw")
    two.set("/acl", b"ours")
    one.delete("/acl")


def transactions():
    one = connect()
    transaction = one.transaction()
    transaction.create("/tx", b"1")
    transaction.create("/tx/s-", sequence=True)
    transaction.set_data("/tx", b"2", version=0)
    transaction.check("/tx", version=1)
    results = transaction.commit()
    assert results[:2] == ["/tx", "/tx/s-0000000000"] and results[2].version == 1 and results[3] is True, results
    transaction = one.transaction()
    transaction.delete("/tx/s-0000000000")
    transaction.delete("/none")
    transaction.check("/tx", version=1)
    results = transaction.commit()
    assert isinstance(results[0], RolledBackError) and isinstance(results[1], NoNodeError), results
    assert one.exists("/tx/s-0000000000")


def watches():
    one, two = connect(), connect()
    one.create("/w", b"")
    events = []
    up_to_date(two)
    one.get("/w", watch=events.append)
    one.get_children("/w", watch=events.append)
    one.exists("/w2", watch=events.append)
    seen, children = [], []
    one.DataWatch("/w", lambda data, stat: seen.append(data))
    one.ChildrenWatch("/w", lambda names: children.append(sorted(names)))
    two.set("/w", b"1")
    two.create("/w/c")
    two.create("/w2")
    eventually(lambda: len(events) == 3 and b"1" in seen and ["c"] in children)
    assert [event.type for event in events] == [EventType.CHANGED, EventType.CHILD, EventType.CREATED]


def recipes():
    one, two = connect(), connect()
    mine, theirs = one.Lock("/lock", "one"), two.Lock("/lock", "two")
    assert mine.acquire(timeout=PATIENCE)
    assert not theirs.acquire(blocking=False)
    up_to_date(two)
    assert theirs.contenders() == ["one"]
    waiting = in_thread(lambda: theirs.acquire(timeout=PATIENCE))
    eventually(lambda: mine.contenders() == ["one", "two"])
    mine.release()
    waiting.join(PATIENCE)
    assert theirs.is_acquired
    theirs.release()

    reader, writer = one.ReadLock("/rw"), two.WriteLock("/rw")
    assert reader.acquire(timeout=PATIENCE) and not writer.acquire(blocking=False)
    reader.release()
    assert writer.acquire(timeout=PATIENCE)

    semaphore, other = one.Semaphore("/semaphore", max_leases=1), two.Semaphore("/semaphore", max_leases=1)
    assert semaphore.acquire(timeout=PATIENCE) and not other.acquire(blocking=False)
    semaphore.release()
    assert other.acquire(timeout=PATIENCE)

    led = threading.Event()
    election = one.Election("/election", "one")
    in_thread(lambda: election.run(led.set))
    assert led.wait(PATIENCE)

    counter = one.Counter("/counter", default=5)
    counter += 3
    assert up_to_date(two).Counter("/counter", default=5).value == 8

    queue = one.Queue("/queue")
    queue.put(b"later", priority=200)
    queue.put(b"first", priority=1)
    assert [up_to_date(two).Queue("/queue").get(), two.Queue("/queue").get()] == [b"first", b"later"]

    locking = one.LockingQueue("/locking")
    locking.put(b"item")
    assert locking.get(PATIENCE) == b"item" and locking.consume()

    barrier = one.Barrier("/barrier")
    barrier.create()
    up_to_date(two)
    through = in_thread(lambda: two.Barrier("/barrier").wait(PATIENCE))
    barrier.remove()
    through.join(PATIENCE)
    assert not through.is_alive()

    def both_ways(client):
        double = client.DoubleBarrier("/double", 2)
        double.enter()
        double.leave()

    parties = [in_thread(lambda c=client: both_ways(c)) for client in (one, two)]
    for party in parties:
        party.join(PATIENCE)
        assert not party.is_alive()

    party = one.Party("/party", "one")
    party.join()
    two.Party("/party", "two").join()
    up_to_date(one)
    assert sorted(party) == ["one", "two"]

    cache = TreeCache(one, "/tree")
    cache.start()
    two.create("/tree/a/b", b"leaf", makepath=True)
    eventually(lambda: cache.get_data("/tree/a/b") is not None and cache.get_data("/tree/a/b").data == b"leaf")
    cache.close()


def many():
    one = connect()
    one.create("/many")
    waiting = [one.create_async("/many/n%d" % number, b"x" * 100) for number in range(500)]
    assert [each.get(PATIENCE) for each in waiting][-1] == "/many/n499"
    reads = [one.get_async("/many/n%d" % number) for number in range(500)]
    assert all(len(each.get(PATIENCE)[0]) == 100 for each in reads)


def ends():
    owner, other = connect(), connect()
    owner.create("/mine", ephemeral=True)
    gone = threading.Event()
    assert up_to_date(other).exists("/mine", watch=lambda event: gone.set())
    owner.stop()
    assert gone.wait(PATIENCE)
    assert other.exists("/mine") is None


for part in (znodes, access, transactions, watches, recipes, many, ends):
    part()
    print(part.__name__, flush=True)
for client in clients:
    client.stop()
    client.close()
print("done", flush=True)
