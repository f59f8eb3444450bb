package io.pinfold.groups;

import io.pinfold.NoNodeException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.Waiting;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Who serves what, and where.
 *
 * <pre>{@code
 * ServiceRegistry registry = ServiceRegistry.at(client, "/services");
 * try (Registration me = registry.register(ServiceInstance.of("payments", "10.0.0.7", 8080))) {
 *     ...
 *     me.update(instance -> instance.withEnabled(false)); // gets no new requests
 *     ...
 * }
 * }</pre>
 *
 * <p><b>What is promised.</b> An instance is there until its registration is closed or its session ends, and is there again in
 * the next session. An update changes it in place: no reader sees it missing. One id, one instance: another one is refused.
 *
 * <p><b>Layout.</b> The one of Apache Curator's service discovery, and with {@link #forSpringCloud} the one of Spring Cloud
 * Zookeeper: {@code root/service/id}, ephemeral, with JSON. Instances of either kind are read in both cases.
 *
 * <p>Immutable and thread-safe; need not be closed.
 */
public final class ServiceRegistry {
    private final RecipeClient client;
    private final String root;
    private final InstanceJson json;

    private ServiceRegistry(RecipeClient client, String root, InstanceJson json) {
        this.client = client;
        this.root = ZnodePath.check(root);
        this.json = json;
    }

    /**
     * {@return the registry below a path, for programs with Pinfold or Curator}
     *
     * @param client the client to use
     * @param root the path below which the services are; made, as a container, by whoever registers
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static ServiceRegistry at(RecipeClient client, String root) {
        return new ServiceRegistry(client, root, new InstanceJson(false));
    }

    /**
     * {@return the registry below a path, for programs with Spring Cloud Zookeeper, too}
     *
     * @param client the client to use
     * @param root the path below which the services are; {@code /services} by Spring's default
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static ServiceRegistry forSpringCloud(RecipeClient client, String root) {
        return new ServiceRegistry(client, root, new InstanceJson(true));
    }

    /** {@return the path below which the services are} */
    public String root() {
        return root;
    }

    /**
     * Registers an instance, through outages if need be.
     *
     * @param instance the instance
     * @return the registration, there a moment ago
     * @throws DuplicateMemberException if the service has an instance with that id
     * @throws io.pinfold.BadArgumentsException if the service or the id is no name for a znode
     * @throws io.pinfold.PinfoldException if the client may not register, or is closed
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn then
     */
    public Registration register(ServiceInstance instance) throws InterruptedException {
        return Waiting.forever(registerAsync(instance));
    }

    /**
     * Registers an instance without blocking.
     *
     * @param instance the instance
     * @return the registration when it is there; fails as {@link #register} does; completes on the client's callback
     *     executor. Cancelling it withdraws the attempt
     */
    public CompletableFuture<Registration> registerAsync(ServiceInstance instance) {
        ServiceInstance named =
                instance.id().isEmpty() ? instance.withId(client.runtime().newGuid()) : instance;
        ServiceInstance dated = named.registered(client.runtime().wallMillis());
        CompletableFuture<Membership<ServiceInstance>> joined =
                Group.join(client, ChildPath.of(root, dated.service()), json, dated.id(), dated);
        CompletableFuture<Registration> registered = new CompletableFuture<>();
        joined.whenComplete((membership, failure) -> {
            if (membership != null) {
                registered.complete(new Registration(membership, dated));
            } else {
                registered.completeExceptionally(failure);
            }
        });
        registered.whenComplete((registration, failure) -> {
            if (failure != null) {
                joined.cancel(false);
                joined.thenAccept(Membership::close);
            }
        });
        return registered;
    }

    /**
     * {@return the names of all services that have or had instances, sorted; waits for the server}
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public Set<String> services() {
        AsyncClient async = client.async(new SerialExecutor(client.runtime().callbackExecutor()));
        CompletableFuture<Set<String>> names = async.children(root, null)
                .<Set<String>>thenApply(children -> new TreeSet<>(children.names()))
                .exceptionallyCompose(failure -> Failures.causeOf(failure) instanceof NoNodeException
                        ? CompletableFuture.completedFuture(Set.of())
                        : CompletableFuture.failedFuture(failure));
        return Waiting.forChange(Failures.unwrapped(names), root);
    }

    /**
     * {@return the instances of a service, followed from now on; close it when done}
     *
     * @param service the name of the service
     * @throws io.pinfold.BadArgumentsException if it is no name for a znode
     */
    public Group<ServiceInstance> instances(String service) {
        return Group.at(client, ChildPath.of(root, service), json);
    }

    /**
     * {@return a builder for a pool that chooses among the instances of a service}
     *
     * @param service the name of the service
     * @throws io.pinfold.BadArgumentsException if it is no name for a znode
     */
    public ServicePool.Builder pool(String service) {
        ChildPath.of(root, service);
        return new ServicePool.Builder(client, () -> instances(service));
    }

    @Override
    public String toString() {
        return "ServiceRegistry[" + root + ']';
    }
}
