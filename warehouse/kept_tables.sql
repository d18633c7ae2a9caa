-- Tables of `serve` that cannot be derived again: each run adds to what the last snapshot held.
create table if not exists serve.consent_event (
    event_id text primary key,
    source text not null,
    record_id text,
    identifier_kind text not null,
    identifier text not null,
    channel text not null,
    purpose text not null,
    status text not null,
    occurred_at timestamp not null,
    observed_at timestamp not null,
    evidence text,
    is_state boolean not null
);
create table if not exists serve.run (
    run_id text primary key,
    as_of timestamp not null,
    started_at timestamp not null,
    finished_at timestamp not null
);
create table if not exists serve.membership (
    segment text not null,
    customer_id bigint not null,
    since_at timestamp not null
);
create table if not exists serve.membership_event (
    segment text not null,
    customer_id bigint not null,
    event text not null,
    happened_at timestamp not null,
    run_id text not null,
    reason text not null
);
create table if not exists serve.release_check (
    run_id text not null,
    measure text not null,
    subject text not null,
    before_count bigint,
    now_count bigint,
    changed bigint not null,
    of_count bigint not null,
    allowed bigint,
    is_beyond boolean not null,
    primary key (run_id, measure, subject)
);
