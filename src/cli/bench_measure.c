/* bench_measure.c -- `mwl bench query` and `mwl bench floor`: what a request takes, of a server and without one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/floor.h"
#include "cli/bench.h"

enum { FILE_CAP = 2 << 20, LINE_CAP = 4096 };

enum { COUNT, SECONDS, CLIENTS, EXPECT, BY, LIKE, FRESH, APART, CALLED, CALLING };

static const struct cli_option query_options[] = {
    [COUNT] = { "count", 'n', "N", "Requests of each client; 1,000 if it is not given." },
    [SECONDS] = { "seconds", 0, "N", "No request is begun after so long; 10 if it is not given." },
    [CLIENTS] = { "clients", 'c', "N", "Clients at once, 1 to 256, each on an association of its own." },
    [EXPECT] = { "expect", 0, "N", "How many answers each query must get; else as many as the first one got." },
    [BY] = { "by", 0, "WHAT",
             "What is asked for: selective (modality, station and day), patient (Patient ID), accession (Accession "
             "Number), name (family name and two letters), plain (Filler Order Number, which no index knows), all "
             "(everything), echo (a C-ECHO). selective if it is not given." },
    [LIKE] = { "like", 0, "FILE", "The worklist file whose values are asked for; all and echo need none." },
    [FRESH] = { "fresh", 0, NULL, "Connect, open an association and release it for every request." },
    [APART] = { "apart", 0, NULL,
                "Keep off the last processor: the other end of `mwl bench floor` has it then, and a server that was "
                "started with taskset(1) on it." },
    [CALLED] = { "called", 0, "AET", "The AE title that is called; ANY-SCP if it is not given." },
    [CALLING] = { "calling", 0, "AET", "The AE title that calls; MWLBENCH if it is not given." },
    { NULL, 0, NULL, NULL },
};

struct query {
    uint64_t numbers[EXPECT + 1];
    bool has_expect, fresh, apart;
    enum bench_by by;
    const char *like, *called, *calling, *server;
};

static int read_query(struct cli_args *args, struct query *q)
{
    static const uint64_t low[] = { [COUNT] = 1, [SECONDS] = 0, [CLIENTS] = 1, [EXPECT] = 0 };
    static const uint64_t high[] = {
        [COUNT] = BENCH_COUNT_A_CLIENT, [SECONDS] = 86400, [CLIENTS] = BENCH_CLIENTS_MAX, [EXPECT] = UINT32_MAX
    };
    for (int got; (got = cli_next(args)) != CLI_END;) {
        if (got == CLI_STOP) {
            q->server = NULL;
            return args->status;
        }
        if (got >= COUNT && got <= EXPECT
            && !cli_bench_number(args, query_options[got].name, low[got], high[got], &q->numbers[got]))
            return CLI_USAGE;
        q->has_expect |= got == EXPECT;
        q->fresh |= got == FRESH;
        q->apart |= got == APART;
        if (got == BY && (q->by = bench_by_find(args->value)) == BENCH_BY_COUNT)
            return cli_usage(args, "--by knows no %s", args->value);
        if (got == LIKE)
            q->like = args->value;
        if ((got == CALLED || got == CALLING) && (!*args->value || strlen(args->value) > 16))
            return cli_usage(args, "an AE title has 1 to 16 characters, not %s", args->value);
        if (got == CALLED)
            q->called = args->value;
        if (got == CALLING)
            q->calling = args->value;
        if (got == CLI_OPERAND && q->server)
            return cli_usage(args, "one ADDRESS:PORT, not two: %s and %s", q->server, args->value);
        if (got == CLI_OPERAND)
            q->server = args->value;
    }
    if (!q->server)
        return cli_usage(args, "ADDRESS:PORT is missing");
    if (!q->like && q->by != BENCH_BY_ALL && q->by != BENCH_BY_ECHO)
        return cli_usage(args, "--by %s wants --like FILE", bench_by_info(q->by)->name);
    return CLI_OK;
}

static bool read_like(const char *path, struct wr *out, struct err *err)
{
    wr_init(out, FILE_CAP);
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (path && !file)
        return err_set(err, ERR_IO, 0, 0, "cannot read %s: %s", path, strerror(errno));
    uint8_t bytes[LINE_CAP];
    for (size_t n; file && (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        wr_bytes(out, bytes, n);
    bool ok = !file || !ferror(file);
    if (file)
        fclose(file);
    return (ok && !out->failed) || err_set(err, ERR_IO, 0, 0, "cannot read all of %s", path);
}

static int print_result(const struct cli_args *args, const struct bench_result *r)
{
    uint64_t sent = r->sizes.sent[BENCH_ASK], received = r->sizes.received[BENCH_ASK];
    double seconds = (double)r->elapsed_ns / 1e9;
    struct wr out;
    wr_init(&out, LINE_CAP);
    wr_fmt(&out, "requests %llu\nanswers %llu\n", (unsigned long long)r->requests, (unsigned long long)r->answers);
    wr_fmt(&out, "median_us %.1f\np99_us %.1f\nmin_us %.1f\nmax_us %.1f\n", (double)r->median_ns / 1e3,
           (double)r->p99_ns / 1e3, (double)r->least_ns / 1e3, (double)r->most_ns / 1e3);
    wr_fmt(&out, "requests_per_s %.0f\nanswers_per_s %.0f\n", (double)r->requests / seconds,
           (double)(r->requests * r->answers) / seconds);
    wr_fmt(&out, "bytes_sent %llu\nbytes_received %llu\n", (unsigned long long)sent, (unsigned long long)received);
    int status = cli_print(args, wr_done(&out));
    wr_fini(&out);
    return status;
}

/* Measures the server; or, for the floor, holds one conversation with it and then measures its sizes alone. */
static bool measure(const struct query *q, const struct bench_request *request, bool floor, struct bench_result *result,
                    struct err *err)
{
    struct bench_load load = {
        .request = request,
        .clients = floor ? 1 : (uint32_t)q->numbers[CLIENTS],
        .count = floor ? 1 : (uint32_t)q->numbers[COUNT],
        .seconds = (uint32_t)q->numbers[SECONDS],
        .fresh = floor || q->fresh,
        .apart = q->apart,
        .expect = q->has_expect ? (int64_t)q->numbers[EXPECT] : -1,
    };
    if (!net_address_parse(q->server, &load.address, err) || !bench_load_run(&load, result, err))
        return false;
    if (!floor)
        return true;
    struct bench_sizes sizes = result->sizes;
    uint64_t answers = result->answers;
    load.floor = &sizes;
    load.clients = (uint32_t)q->numbers[CLIENTS];
    load.count = (uint32_t)q->numbers[COUNT];
    load.fresh = q->fresh;
    load.expect = -1;
    if (!bench_floor_run(&load, result, err))
        return false;
    result->answers = answers; /* that these bytes were */
    return true;
}

static int run_measurement(struct cli_args *args, bool floor)
{
    struct query q = { .numbers = { [COUNT] = 1000, [SECONDS] = 10, [CLIENTS] = 1 },
                       .by = BENCH_BY_SELECTIVE,
                       .called = "ANY-SCP",
                       .calling = "MWLBENCH" };
    int status = read_query(args, &q);
    if (status != CLI_OK || !q.server)
        return status;
    struct err err = { 0 };
    struct wr like;
    struct bench_request request;
    struct bench_result result;
    bool ok =
        read_like(q.like, &like, &err) && bench_request_init(&request, q.by, q.called, q.calling, wr_done(&like), &err);
    wr_fini(&like);
    if (ok) {
        ok = measure(&q, &request, floor, &result, &err);
        bench_request_fini(&request);
    }
    return ok ? print_result(args, &result) : cli_failure(args, "%s", err.what);
}

static int run_query(struct cli_args *args)
{
    return run_measurement(args, false);
}

static int run_floor(struct cli_args *args)
{
    return run_measurement(args, true);
}

const struct cli_command cli_bench_query = {
    .name = "bench query",
    .operands = "ADDRESS:PORT",
    .summary = "Ask a server again and again, and print what it took",
    .text = "Asks a worklist server, mwl or any other, the same again and again, and prints what one request took.\n"
            "Answers are counted, and a request that gets another number of them ends the run.\n",
    .options = query_options,
    .run = run_query,
};

const struct cli_command cli_bench_floor = {
    .name = "bench floor",
    .operands = "ADDRESS:PORT",
    .summary = "Measure what the same bytes take without a server",
    .text = "Holds one conversation with a worklist server, then measures how long it takes to exchange as many bytes\n"
            "over loopback with an end that does nothing else: no server on this machine can be faster.\n",
    .options = query_options,
    .run = run_floor,
};
