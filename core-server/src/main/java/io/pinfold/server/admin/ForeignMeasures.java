package io.pinfold.server.admin;

import java.util.List;

/**
 * What Apache ZooKeeper measures of its own inner parts, such as the queues between its threads. There are no such parts
 * here; the names are shown with 0, so that dashboards and alerts find them. Stateless.
 */
final class ForeignMeasures {
    /** Gauges. */
    static final List<String> GAUGES = words("""
            non_mtls_remote_conn_count non_mtls_local_conn_count connection_drop_probability outstanding_tls_handshake""");

    /** Counters. */
    static final List<String> COUNTERS = words("""
            watch_bytes stale_requests_dropped throttled_ops insecure_admin_count connection_rejected
            sessionless_connections_expired dead_watchers_queued stale_requests connection_drop_count
            response_packet_cache_hits add_dead_watcher_stall_time request_throttle_wait_count
            requests_not_forwarded_to_commit_processor response_packet_cache_misses prep_processor_request_queued
            stale_replies ensemble_auth_fail diff_count connection_revalidate_count
            quit_leading_due_to_disloyal_voter unrecoverable_error_count unsuccessful_handshake
            outstanding_changes_queued request_commit_queued ensemble_auth_skip
            skip_learner_request_to_next_processor_count large_requests_rejected outstanding_changes_removed
            restore_error_count cnxn_closed_without_zk_server_running looking_count snapshot_rate_limited_count
            learner_proposal_received_count digest_mismatches_count dead_watchers_cleared ensemble_auth_success
            learner_commit_received_count snapshot_error_count response_packet_get_children_cache_misses snap_count
            stale_sessions_expired restore_rate_limited_count response_packet_get_children_cache_hits
            sync_processor_request_queued tls_handshake_exceeded revalidate_count""");

    /** Summaries without percentiles. */
    static final List<String> SUMMARIES = words("""
            commit_commit_proc_req_queued commit_process_time concurrent_request_processing_in_commit_processor
            connection_token_deficit dbinittime election_time follower_sync_time inflight_diff_count
            inflight_snap_count leader_unavailable_time learner_request_processor_queue_size
            netty_queued_buffer_capacity node_changed_watch_count node_children_watch_count node_created_watch_count
            node_deleted_watch_count observer_sync_time pending_session_queue_size prep_process_time
            prep_processor_queue_size proposal_process_time read_commit_proc_issued read_commit_proc_req_queued
            reads_after_write_in_session_queue reads_issued_from_session_queue requests_in_session_queue
            restore_time session_queues_drained snapshottime socket_closing_time startup_snap_load_time
            startup_txns_load_time startup_txns_loaded sync_processor_batch_size sync_processor_queue_size
            time_waiting_empty_pool_in_commit_processor_read_ms unavailable_time
            write_batch_time_in_commit_processor write_commit_proc_issued write_commit_proc_req_queued""");

    /** Summaries with percentiles. */
    static final List<String> PERCENTILES = words("""
            close_session_prep_time commit_propagation_latency dead_watchers_cleaner_latency jvm_pause_time_ms
            local_write_committed_time_ms om_commit_process_time_ms om_proposal_process_time_ms
            prep_processor_queue_time_ms propagation_latency proposal_ack_creation_latency proposal_latency
            read_commitproc_time_ms read_final_proc_time_ms request_throttle_queue_time_ms
            server_write_committed_time_ms sync_processor_queue_and_flush_time_ms
            sync_processor_queue_flush_time_ms sync_processor_queue_time_ms write_commitproc_time_ms
            write_final_proc_time_ms""");

    private ForeignMeasures() {}

    private static List<String> words(String text) {
        return List.of(text.split("\\s+"));
    }
}
