/* SPDX-License-Identifier: Apache-2.0 */
/* Protocol Buffers, the frames and texts of gRPC, and the messages about keys;
 * then calls through a socket, with a server of ours and with odd ones. */

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/encode.h"
#include "base/mem.h"
#include "key/message.h"
#include "key/service.h"
#include "net/grpc.h"
#include "net/proto.h"
#include "net/socket.h"

/* Bytes from hexadecimal digits. */
static struct span
bytes(uint8_t room[static 256], const char *hex)
{
	size_t n = 0;

	assert_true(hex_get(span_of(hex), room, 256, &n));
	return span_make((const char *)room, n);
}

static void
assert_hex(const struct buf *b, const char *hex)
{
	struct buf shown = { 0 };

	assert_false(b->failed);
	hex_append(&shown, b->p, b->n, false);
	assert_string_equal(shown.p, hex);
	buf_fini(&shown);
}

static struct key *
make_key(const struct key_source *source, const char *const *texts)
{
	struct key *k = key_new(source);

	assert_non_null(k);
	for (size_t i = 0; texts[i] != NULL; i++)
		assert_int_equal(key_set(k, i, span_of(texts[i]), NULL), 0);
	return k;
}

/* keys.md 16.4: bytes made by SOPS's own code. */
static void
requests_are_sops(void **state)
{
	const char *age[] = { "age1x", NULL };
	const char *arn[] = { "arn:aws:kms:us-east-1:1:key/k", NULL };
	struct key *k = make_key(&key_age, age);
	struct buf b = { 0 }, framed = { 0 };

	(void)state;
	message_put_request(&b, k, span_of("hi"));
	assert_hex(&b, "0a0932070a05616765317812026869");
	grpc_frame_put(&framed, buf_get(&b));
	assert_memory_equal(framed.p, "\0\0\0\0\x0f\x0a", 6);
	buf_fini(&framed);
	key_free(k);
	buf_truncate(&b, 0);
	k = make_key(&key_aws_kms, arn);
	k->context = mem_zero(sizeof *k->context);
	k->context->name = mem_dup("a");
	k->context->value = mem_dup("b");
	message_put_request(&b, k, span_of("\1\2"));
	assert_hex(&b,
	    "0a290a270a1d61726e3a6177733a6b6d733a75732d656173742d31"
	    "3a313a6b65792f6b1a060a016112016212020102");
	key_free(k);
	buf_fini(&b);
}

/* Every kind comes back as it went, and is told to a person. */
static void
keys_come_back(void **state)
{
	static const struct {
		const struct key_source *source;
		const char *text[4]; /* by the names of fields, sorted */
		const char *shown;
	} rows[] = { { &key_aws_kms, { "arn:x", "profile", "role" },
			 "AWS KMS key with ARN arn:x" },
		{ &key_pgp, { "ABC" }, "PGP key with fingerprint ABC" },
		{ &key_gcp_kms, { "projects/p" },
		    "GCP KMS key with resource ID projects/p" },
		{ &key_azure_kv, { "name", "https://v", "v1" },
		    "Azure Key Vault key with URL https://v/keys/name/v1" },
		{ &key_hc_vault, { "engine", "key", "https://h" },
		    "Hashicorp Vault key with URI https://h/v1/engine/keys/"
		    "key" },
		{ &key_age, { "age1\033[2Jx" },
		    "age key with recipient age1?[2Jx" },
		{ &key_hckms, { "region:id" },
		    "HuaweiCloud KMS key with ID region:id" } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct key *k = make_key(rows[i].source, rows[i].text), *back;
		struct buf b = { 0 }, shown = { 0 };

		message_put_key(&b, k);
		assert_int_equal(message_get_key(&back, buf_get(&b), NULL), 0);
		assert_ptr_equal(back->source, k->source);
		for (size_t f = 0; rows[i].text[f] != NULL; f++)
			assert_string_equal(key_get(back, f), key_get(k, f));
		message_describe(&shown, back);
		assert_string_equal(shown.p, rows[i].shown);
		buf_fini(&shown);
		buf_fini(&b);
		key_free(back);
		key_free(k);
	}
}

static void
key_messages(void **state)
{
	static const struct {
		const char *name, *hex;
		bool good, key;
		const char *first; /* of its fields */
	} rows[] = { { "nothing", "", true, false, NULL },
		{ "kind of a later version", "420161", true, false, NULL },
		{ "age", "32050a03616765", true, true, "age" },
		{ "the last kind counts", "32030a016112030a0162", true, true,
		    "b" },
		{ "the last text counts", "32060a01610a0162", true, true, "b" },
		{ "empty key", "3200", true, true, "" },
		{ "fixed64 cut short", "320b0a01615900010203040506", false,
		    false, NULL },
		{ "unknown of each type",
		    "32130a016150015900010203040506075d"
		    "00010203",
		    true, true, "a" },
		{ "recipient that is a number", "32020801", false, false,
		    NULL },
		{ "kind that is a number", "3001", false, false, NULL },
		{ "cut in a length", "32", false, false, NULL },
		{ "longer than it is", "32050a0361", false, false, NULL },
		{ "inner longer than outer", "32030a0961", false, false, NULL },
		{ "length without end", "32ffffffffffffffffffff01", false,
		    false, NULL },
		{ "huge length", "32ffffffffffffffffff01", false, false, NULL },
		{ "field number 0", "020161", false, false, NULL },
		{ "group", "33", false, false, NULL },
		{ "NUL in a text", "32040a026100", false, false, NULL },
		{ "no UTF-8", "32040a0261ff", false, false, NULL },
		{ "context entry without end", "0a031a0209", false, false,
		    NULL } };
	uint8_t room[256];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct key *k;
		bool good = message_get_key(&k, bytes(room, rows[i].hex),
				NULL) == SEALEAF_OK;

		if (good != rows[i].good || (k != NULL) != rows[i].key ||
		    (k != NULL && strcmp(key_get(k, 0), rows[i].first) != 0))
			fail_msg("%s", rows[i].name);
		key_free(k);
	}
}

/* Sorted, the last of two equal names, an empty value. */
static void
context_is_sorted(void **state)
{
	uint8_t room[256];
	struct key *k;

	(void)state;
	assert_int_equal(message_get_key(&k,
			     bytes(room,
				 "0a1b"
				 "1a060a0162120178"
				 "1a030a0161"
				 "1a060a0162120179"
				 "1a060a01631201"
				 "7a"),
			     NULL),
	    SEALEAF_ERR_GENERIC);
	assert_int_equal(message_get_key(&k,
			     bytes(room,
				 "0a1d"
				 "1a060a0162120178"
				 "1a030a0161"
				 "1a060a0162120179"
				 "1a060a01631201"
				 "7a"),
			     NULL),
	    SEALEAF_OK);
	assert_string_equal(k->context->name, "a");
	assert_string_equal(k->context->value, "");
	assert_string_equal(k->context->next->name, "b");
	assert_string_equal(k->context->next->value, "y");
	assert_string_equal(k->context->next->next->name, "c");
	assert_null(k->context->next->next->next);
	key_free(k);
}

static void
frames(void **state)
{
	static const struct {
		const char *hex;
		enum grpc_status status;
		size_t n;
	} rows[] = { { "", GRPC_INTERNAL, 0 }, { "00000000", GRPC_INTERNAL, 0 },
		{ "0000000000", GRPC_OK, 0 }, { "000000000161", GRPC_OK, 1 },
		{ "0000000002", GRPC_INTERNAL, 0 },
		{ "00000000016161", GRPC_INTERNAL, 0 },
		{ "010000000161", GRPC_UNIMPLEMENTED, 0 },
		{ "00ffffffff61", GRPC_RESOURCE_EXHAUSTED, 0 },
		{ "000001000161", GRPC_RESOURCE_EXHAUSTED, 0 },
		{ "000001000061", GRPC_INTERNAL, 0 } };
	uint8_t room[256];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *problem;
		struct span message;

		if (grpc_frame_get(bytes(room, rows[i].hex), &message,
			&problem) != rows[i].status ||
		    message.n != rows[i].n)
			fail_msg("%s", rows[i].hex);
	}
}

static void
texts(void **state)
{
	static const struct {
		const char *field, *text;
	} rows[] = { { "plain", "plain" }, { "a%20b%0Ac", "a b\nc" },
		{ "100%", "100%" }, { "%4", "%4" }, { "%zz", "%zz" },
		{ "%C3%A9", "\xc3\xa9" },
		{ "%1b[31m%ff%00%09%c2%85", "?[31m?? ?" } };
	struct buf b = { 0 };
	char room[24];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_truncate(&b, 0);
		grpc_text_get(&b, span_of(rows[i].field));
		assert_string_equal(b.p, rows[i].text);
	}
	buf_truncate(&b, 0);
	grpc_text_put(&b, span_of("a b%\n\xc3\xa9"));
	assert_string_equal(b.p, "a b%25%0A%C3%A9");
	buf_fini(&b);
	assert_string_equal(grpc_status_name(14, room), "Unavailable");
	assert_string_equal(grpc_status_name(99, room), "Code(99)");
}

static void
addresses(void **state)
{
	static const struct {
		const char *uri, *network, *address;
		bool problem;
	} rows[] = { { "tcp://127.0.0.1:5000", "tcp", "127.0.0.1:5000", false },
		{ "TCP://h", "tcp", "h", false },
		{ "tcp6://[::1]:5000/path?x#y", "tcp6", "[::1]:5000", false },
		{ "tcp://user@h:1", "tcp", "h:1", false },
		{ "tcp://h:", "tcp", "h:", false },
		{ "unix:///run/a.sock", "unix", "/run/a.sock", false },
		{ "unix:a.sock", "unix", "a.sock", false },
		{ "unix:///run/a b.sock?x", "unix", "/run/a b.sock", false },
		{ "unix://relative", "unix", "relative", true },
		{ "unix:", "unix", "", true },
		{ "http://x:1", "http", "x:1", false }, { "", "", "", true },
		{ "word", "", "", true },
		{ "localhost:5000", "localhost", "", true },
		{ "::bad", NULL, NULL, false },
		{ "127.0.0.1:5000", NULL, NULL, false },
		{ "tcp://h:port", NULL, NULL, false },
		{ "tcp://a b", NULL, NULL, false },
		{ "tcp://h\n", NULL, NULL, false } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct service r;

		if (service_parse(&r, rows[i].uri) != (rows[i].network != NULL))
			fail_msg("%s", rows[i].uri);
		if (rows[i].network == NULL)
			continue;
		if (strcmp(r.network, rows[i].network) != 0 ||
		    strcmp(r.address, rows[i].address) != 0 ||
		    (r.problem != NULL) != rows[i].problem)
			fail_msg("%s", rows[i].uri);
		service_fini(&r);
	}
}

static void
what_can_be_wrapped(void **state)
{
	(void)state;
	assert_true(message_is_wrapped(span_of("vault:v1:x")));
	assert_true(message_is_wrapped(span_of("-----BEGIN\r\nx\n")));
	assert_false(message_is_wrapped(span_of("")));
	assert_false(message_is_wrapped(span_of("a\tb")));
	assert_false(message_is_wrapped(span_of("a\xff")));
	assert_false(message_is_wrapped(span_make("a\0b", 3)));
}

/* ---- through a socket ---- */

/* A server in a thread. */
struct host {
	char path[64];
	int fd, stop[2];
	pthread_t thread;
	struct grpc_service service;
	const char *say; /* of the odd one: sent to whoever connects */
	size_t n_say;
	bool hold; /* and then silence */
};

static void
echo(void *user, struct span path, struct span message, struct grpc_answer *a)
{
	(void)user;
	if (span_is(path, "/a/Echo")) {
		buf_span(&a->message, message);
	} else if (span_is(path, "/a/Long")) {
		buf_fill(&a->message, 'x', GRPC_MESSAGE_MAX + 1);
	} else {
		a->status = GRPC_PERMISSION_DENIED;
		buf_puts(&a->text, "no: \"%\"\n");
	}
}

static void *
serve(void *user)
{
	struct host *h = user;

	assert_int_equal(grpc_serve(h->fd, h->stop[0], &h->service, NULL), 0);
	return NULL;
}

static void *
serve_oddly(void *user)
{
	struct host *h = user;
	char c;
	int fd;

	assert_true(socket_wait(h->fd, POLLIN, socket_now() + 10000));
	fd = accept(h->fd, NULL, NULL);
	/* An answer to what was not asked yet is another case. */
	if (fd >= 0 && h->n_say > 0)
		(void)!socket_wait(fd, POLLIN, socket_now() + 10000);
	if (fd >= 0 && h->n_say > 0)
		(void)!send(fd, h->say, h->n_say, MSG_NOSIGNAL);
	/* The client must be able to say what it wants to. */
	(void)!shutdown(fd, h->hold ? SHUT_RD : SHUT_WR);
	(void)!read(h->hold ? h->stop[0] : fd, &c, 1);
	(void)close(fd);
	return NULL;
}

static void
host_start(struct host *h, void *(*run)(void *))
{
	struct sealeaf_error e = { 0 };

	(void)snprintf(h->path, sizeof h->path, "/tmp/slgrpc%ld.sock",
	    (long)getpid());
	if (socket_listen("unix", h->path, &h->fd, &e) != SEALEAF_OK)
		fail_msg("%s", e.text);
	assert_int_equal(pipe(h->stop), 0);
	h->service.answer = echo;
	assert_int_equal(pthread_create(&h->thread, NULL, run, h), 0);
}

static void
host_stop(struct host *h)
{
	(void)close(h->stop[1]);
	(void)pthread_join(h->thread, NULL);
	(void)close(h->stop[0]);
	(void)close(h->fd);
	(void)unlink(h->path);
}

static enum sealeaf_code
call(const struct host *h, const char *path, struct span message,
    struct buf *answer, struct sealeaf_error *e)
{
	return grpc_call("unix", h->path, path, message, 5, answer, e);
}

static bool
no_library(void)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };

	return grpc_call("unix", "", "", span_of(""), 1, &b, &e) ==
	    SEALEAF_ERR_UNSUPPORTED;
}

static void
calls(void **state)
{
	struct sealeaf_error e = { 0 };
	struct buf answer = { 0 }, long_one = { 0 };
	struct host h = { 0 };

	(void)state;
	if (no_library())
		skip();
	host_start(&h, serve);
	assert_int_equal(call(&h, "/a/Echo", span_of("hello"), &answer, &e), 0);
	assert_string_equal(answer.p, "hello");
	buf_truncate(&answer, 0);
	assert_int_equal(call(&h, "/a/Echo", span_of(""), &answer, &e), 0);
	assert_int_equal(answer.n, 0);
	buf_fill(&long_one, 'y', GRPC_MESSAGE_MAX);
	assert_int_equal(call(&h, "/a/Echo", buf_get(&long_one), &answer, &e),
	    0);
	assert_int_equal(answer.n, GRPC_MESSAGE_MAX);
	assert_int_not_equal(call(&h, "/a/No", span_of(""), &answer, &e), 0);
	assert_string_equal(e.text,
	    "rpc error: code = PermissionDenied desc = no: \"%\"\\n");
	err_clear(&e);
	assert_int_not_equal(call(&h, "/a/Long", span_of(""), &answer, &e), 0);
	assert_string_equal(e.text,
	    "rpc error: code = ResourceExhausted desc "
	    "= received message larger than 65536 bytes");
	err_clear(&e);
	buf_putc(&long_one, 'y');
	assert_int_not_equal(
	    call(&h, "/a/Echo", buf_get(&long_one), &answer, &e), 0);
	buf_fini(&long_one);
	buf_fini(&answer);
	host_stop(&h);
	err_clear(&e);
	assert_int_not_equal(call(&h, "/a/Echo", span_of("x"), &answer, &e), 0);
	assert_non_null(strstr(e.text,
	    "code = Unavailable desc = connection "
	    "error: desc = \"transport: Error while dialing: dial unix "));
	buf_fini(&answer);
}

/* More clients at a time than are let in; those who only hold the line are
 * sent away. */
static void
many_and_idle(void **state)
{
	struct host h = { .service = { .seconds = 1, .connections = 2 } };
	struct sealeaf_error e = { 0 };
	struct buf answer = { 0 };
	int idle[3];
	char c[64];

	(void)state;
	if (no_library())
		skip();
	host_start(&h, serve);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(socket_dial("unix", h.path,
				     socket_now() + 1000, &idle[i], &e),
		    0);
	assert_int_equal(call(&h, "/a/Echo", span_of("x"), &answer, &e), 0);
	assert_string_equal(answer.p, "x");
	/* It said SETTINGS and GOAWAY, and closed. */
	assert_true(read(idle[0], c, sizeof c) > 0);
	assert_int_equal(read(idle[0], c, sizeof c), 0);
	for (size_t i = 0; i < 3; i++)
		(void)close(idle[i]);
	buf_fini(&answer);
	host_stop(&h);
}

#define BYTES(text) text, sizeof text - 1
#define SETTINGS "\0\0\0\4\0\0\0\0\0"

/* A literal field of a header block: "\0" N name N value. */
#define STATUS_200 "\x88"

static void
odd_servers(void **state)
{
	static const struct {
		const char *name, *say;
		size_t n;
		bool hold;
		const char *error;
	} rows[] = { { "closes at once", BYTES(""), false, "Unavailable" },
		{ "says nothing", BYTES(""), true, "DeadlineExceeded" },
		{ "HTTP/1.1", BYTES("HTTP/1.1 400 Bad Request\r\n\r\n"), true,
		    "Unavailable" },
		{ "zeros", BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		    true, "Unavailable" },
		{ "SETTINGS only", BYTES(SETTINGS), true, "DeadlineExceeded" },
		{ "half a frame", BYTES(SETTINGS "\0\0\5\1"), false,
		    "Unavailable" },
		{ "no trailers",
		    BYTES(SETTINGS "\0\0\1\1\5\0\0\0\1" STATUS_200), true,
		    "Unknown" },
		{ "HTTP 404", BYTES(SETTINGS "\0\0\1\1\5\0\0\0\1\x8d"), true,
		    "Unimplemented" },
		{ "status that is no number",
		    BYTES(SETTINGS "\0\0\x10\1\5\0\0\0\1" STATUS_200
				   "\0\x0bgrpc-status\1x"),
		    true, "Unknown" },
		{ "status 7 without text",
		    BYTES(SETTINGS "\0\0\x10\1\5\0\0\0\1" STATUS_200
				   "\0\x0bgrpc-status\1"
				   "7"),
		    true, "PermissionDenied" },
		{ "status 0 without a message",
		    BYTES(SETTINGS "\0\0\x10\1\5\0\0\0\1" STATUS_200
				   "\0\x0bgrpc-status\1"
				   "0"),
		    true, "Internal" },
		{ "reset", BYTES(SETTINGS "\0\0\4\3\0\0\0\0\1\0\0\0\7"), true,
		    "Unavailable" },
		{ "GOAWAY",
		    BYTES(SETTINGS "\0\0\x8\7\0\0\0\0\0"
				   "\0\0\0\0\0\0\0\0"),
		    true, "Unavailable" },
		{ "a frame of 16 MiB",
		    BYTES(SETTINGS "\xff\xff\xff\1\4\0\0\0"
				   "\1"),
		    true, "Unavailable" } };

	(void)state;
	if (no_library())
		skip();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct host h = { .say = rows[i].say,
			.n_say = rows[i].n,
			.hold = rows[i].hold };
		struct sealeaf_error e = { 0 };
		struct buf answer = { 0 };
		/* A busy machine is no server that says nothing. */
		unsigned seconds = strcmp(rows[i].error, "DeadlineExceeded") ==
			0
		    ? 1
		    : 30;
		char begin[64];

		host_start(&h, serve_oddly);
		assert_int_not_equal(grpc_call("unix", h.path, "/a/b",
					 span_of("x"), seconds, &answer, &e),
		    0);
		host_stop(&h);
		(void)snprintf(begin, sizeof begin, "rpc error: code = %s ",
		    rows[i].error);
		if (strncmp(e.text, begin, strlen(begin)) != 0)
			fail_msg("%s: %s", rows[i].name, e.text);
		assert_int_equal(answer.n, 0);
		buf_fini(&answer);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(requests_are_sops),
		cmocka_unit_test(keys_come_back),
		cmocka_unit_test(key_messages),
		cmocka_unit_test(context_is_sorted), cmocka_unit_test(frames),
		cmocka_unit_test(texts), cmocka_unit_test(addresses),
		cmocka_unit_test(what_can_be_wrapped), cmocka_unit_test(calls),
		cmocka_unit_test(many_and_idle),
		cmocka_unit_test(odd_servers) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
