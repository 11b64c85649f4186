# SPDX-License-Identifier: Apache-2.0
# Keys of another process: the service, its clients, and peers that are none.

load helper

also_setup()
{
	FP1=950B9B83713A24C115DA1965D40356287D886C47
	# Short enough for the address of a socket.
	NEST=$(mktemp -d /tmp/sealeaf-ks.XXXXXX)
	SOCK=$NEST/keys.sock
	mine=()
	enc_yaml
}

teardown()
{
	local pid

	for pid in "${mine[@]}"; do
		disown "$pid" 2>/dev/null || :
		kill -9 "$pid" 2>/dev/null || :
	done
	[ -z "${GNUPGHOME:-}" ] || gpgconf --kill all >/dev/null 2>&1 || :
	[ -z "${NEST:-}" ] || rm -rf "$NEST"
}

# until_there FILE: waits for it, ten seconds at most.
until_there()
{
	local i

	for ((i = 0; i < 200; i++)); do
		[ ! -e "$1" ] || return 0
		sleep 0.05
	done
	echo "-- $1 does not come"
	return 1
}

# until_said TEXT: waits until the service has said it.
until_said()
{
	local i

	for ((i = 0; i < 200; i++)); do
		! grep -q -e "$1" "$NEST/said" || return 0
		sleep 0.05
	done
	echo "-- not said: $1"
	return 1
}

# service PROGRAM [FLAG...]: runs it as a key service with the key of R1, its
# input from a pipe that `to_service` writes to; its number is $service. The
# command and ours speak of it with $SOCK only.
service()
{
	local program=$1

	shift
	mkfifo "$NEST/input" 2>/dev/null || :
	"$program" keyservice --network unix --address "$SOCK" "$@" \
		<>"$NEST/input" >"$NEST/said" 2>"$NEST/said.err" 3>&- &
	service=$!
	mine+=("$service")
	until_there "$SOCK"
}

to_service()
{
	printf '%s\n' "$@" >"$NEST/input"
}

# SOPS's client would wait for ever.
limited()
{
	if [ "$1" = sealeaf ]; then
		shift
		set -- "$SEALEAF" "$@"
	fi
	timeout 60 "$@"
}

# Without keys of its own.
alone()
{
	SOPS_AGE_KEY_FILE='' GNUPGHOME=$NEST/none try limited "$@"
}

# stop SIGNAL: sends it to the service, whose status is then $ended.
stop()
{
	kill "-$1" "$service"
	ended=0
	wait "$service" || ended=$?
}

no_gpg()
{
	command -v gpg >/dev/null || skip "no gpg"
}

with_gpg()
{
	no_gpg
	export GNUPGHOME=$NEST/gpg
	mkdir -m 700 "$GNUPGHOME" "$NEST/none"
	gpg --batch -q --import "$KEYS/pgp-1.asc" 3>&-
}

# peer CODE: a server of that Python code at $SOCK, which gets a connection `c`
# that the client has written to.
peer()
{
	command -v python3 >/dev/null || skip "no python3"
	python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
while True:
    c = s.accept()[0]
    c.recv(1000)
    try:
        exec(sys.argv[2])
    except OSError:
        pass
' "$SOCK" "$1" >/dev/null 2>&1 3>&- &
	mine+=("$!")
	until_there "$SOCK"
}

@test "KSV-01 KEY-09 KEY-10 a file is decrypted by a service" {
	service "$SEALEAF"
	alone sealeaf decrypt enc.yaml
	rc 128
	alone sealeaf decrypt --keyservice "unix://$SOCK" enc.yaml
	rc 0
	same "$out" plain.yaml
	err_empty
	SOPS_KEYSERVICE=unix://$SOCK SOPS_ENABLE_LOCAL_KEYSERVICE=false \
		alone sealeaf decrypt enc.yaml
	rc 0
	same "$out" plain.yaml
	err_empty
	stop TERM
	[ "$ended" -eq 0 ]
	[ ! -s "$NEST/said" ] && [ ! -s "$NEST/said.err" ]
}

@test "KEY-11 services that nobody runs" {
	alone sealeaf decrypt --keyservice tcp://127.0.0.1:1 \
		--keyservice unix:///nosock enc.yaml
	rc 128
	out_empty
	err_has "$R1: FAILED
    - | failed to load age identities"
	err_has "
    
    - | rpc error: code = Unavailable desc = connection error: desc
      | = \"transport: Error while dialing: dial tcp 127.0.0.1:1:
      | connect: connection refused\"
    
    - | rpc error: code = Unavailable desc = connection error: desc
      | = \"transport: Error while dialing: dial unix /nosock:
      | connect: no such file or directory\"

Recovery failed"
}

@test "KEY-14 an address that is none" {
	try sealeaf decrypt --keyservice ::bad enc.yaml
	rc 0
	same "$out" plain.yaml
	err_has 'level=warning msg="Error parsing URI for keyservice, skipping" uri="::bad"'
	[ "$(wc -l <"$err")" -eq 1 ]
	try sealeaf encrypt --enable-local-keyservice=false --keyservice ::bad \
		--age "$R1" plain.yaml
	rc 1
	err_has "no key services provided, cannot update master keys"
}

@test "KSV-02 a network or an address that is none" {
	local flags text

	while IFS='|' read -r flags text; do
		# shellcheck disable=SC2086
		try sealeaf keyservice $flags
		rc 1
		out_empty
		err_has "[CMD]	 time="
		err_has "level=error msg=\"Error running keyservice: $text\""
		err_has "level=fatal msg=\"$text\""
		[ "$(wc -l <"$err")" -eq 2 ]
	done <<-end
		--network foo|listen foo: unknown network foo
		--address bad|listen tcp: address bad: missing port in address
		--net unix --addr $NEST/no/keys.sock|listen unix $NEST/no/keys.sock: bind: no such file or directory
	end
}

@test "KSV-03 a signal ends the service, and its socket goes" {
	local signal

	for signal in TERM INT; do
		# Without job control a shell starts it with SIGINT ignored.
		set -m
		service "$SEALEAF" --verbose
		set +m
		[ "$(stat -c %a "$SOCK")" = 600 ]
		stop "$signal"
		[ "$ended" -eq 0 ]
		absent "$SOCK"
		grep -q "Listening on unix://$SOCK" "$NEST/said.err"
		grep -q 'Caught signal .*: shutting down\.' "$NEST/said.err"
	done
}

@test "KSV-04 a request is refused" {
	service "$SEALEAF" --prompt
	to_service n
	alone sealeaf decrypt --keyservice "unix://$SOCK" enc.yaml
	rc 128
	out_empty
	err_has "- | rpc error: code = PermissionDenied desc = Request rejected
      | by user"
	grep -q "^Received decrypt request using age key with recipient $R1. Respond to request? (y/n): $" \
		"$NEST/said"
}

@test "the question is repeated until it is answered" {
	service "$SEALEAF" --prompt
	to_service yes Y '' y
	alone sealeaf decrypt --keyservice "unix://$SOCK" enc.yaml
	rc 0
	same "$out" plain.yaml
	[ "$(grep -c 'Received decrypt request' "$NEST/said")" -eq 4 ]
	to_service y
	alone sealeaf encrypt --age "$R1" --enable-local-keyservice=false \
		--keyservice "unix://$SOCK" plain.yaml
	rc 0
	grep -q 'Received encrypt request' "$NEST/said"
}

@test "a person takes the time it takes, for one key of several" {
	sealeaf encrypt --age "$R1,$R2" --output two.yaml plain.yaml
	service "$SEALEAF" --prompt
	(
		sleep 1
		to_service y
	) 3>&- &
	alone sealeaf decrypt --keyservice "unix://$SOCK" two.yaml
	rc 0
	same "$out" plain.yaml
	[ "$(grep -c 'Received decrypt request' "$NEST/said")" -eq 1 ]
}

@test "nobody there to answer the question" {
	"$SEALEAF" keyservice --network unix --address "$SOCK" --prompt \
		</dev/null >"$NEST/said" 2>&1 3>&- &
	mine+=("$!")
	until_there "$SOCK"
	alone sealeaf decrypt --keyservice "unix://$SOCK" enc.yaml
	rc 128
	err_has "rpc error: code = Unknown desc = EOF"
}

@test "a signal while a person is asked" {
	service "$SEALEAF" --prompt
	alone sealeaf decrypt --keyservice "unix://$SOCK" enc.yaml 3>&- &
	mine+=("$!")
	until_said 'Received decrypt request'
	stop TERM
	[ "$ended" -eq 0 ]
	absent "$SOCK"
}

@test "a signal while a key is used" {
	printf '#!/bin/sh\nexec sleep 60\n' >"$NEST/gpg.sh"
	chmod +x "$NEST/gpg.sh"
	export SOPS_GPG_EXEC=$NEST/gpg.sh
	service "$SEALEAF"
	try timeout 1 "$SEALEAF" encrypt --pgp $FP1 --keyservice \
		"unix://$SOCK" --enable-local-keyservice=false plain.yaml
	rc 124
	SECONDS=0
	stop TERM
	[ "$ended" -eq 0 ]
	[ "$SECONDS" -lt 10 ]
	absent "$SOCK"
}

@test "a socket left behind is replaced, one in use is not" {
	service "$SEALEAF"
	try sealeaf keyservice --network unix --address "$SOCK"
	rc 1
	err_has "bind: address already in use"
	[ -S "$SOCK" ]
	stop KILL
	[ -S "$SOCK" ]
	service "$SEALEAF"
	sleep 0.5
	alone sealeaf decrypt --keyservice "unix://$SOCK" enc.yaml
	rc 0
	echo text >"$NEST/file"
	try sealeaf keyservice --network unix --address "$NEST/file"
	rc 1
	[ -f "$NEST/file" ]
}

@test "services are asked in order, each may miss a key" {
	mkdir "$NEST/a"
	SOCK=$NEST/a/keys.sock SOPS_AGE_KEY_FILE=$KEYS/age-2.txt \
		service "$SEALEAF"
	service "$SEALEAF"
	alone sealeaf decrypt --keyservice "unix://$NEST/a/keys.sock" \
		--keyservice "unix://$SOCK" enc.yaml
	rc 0
	same "$out" plain.yaml
	alone sealeaf decrypt --keyservice "unix://$NEST/a/keys.sock" enc.yaml
	rc 128
	err_has "    - | rpc error: code = Unknown desc = failed"
	alone sealeaf encrypt --enable-local-keyservice=false --age "$R1" \
		--keyservice unix:///nosock --keyservice "unix://$SOCK" \
		--output new.yaml plain.yaml
	rc 0
	err_empty
	try sealeaf decrypt new.yaml
	rc 0
	alone sealeaf encrypt --enable-local-keyservice=false --age "$R1" \
		--keyservice unix:///nosock --keyservice tcp://127.0.0.1:1 \
		plain.yaml
	rc 1
	out_empty
	err_is "Could not generate data key: [failed to encrypt new data key with master key \"$R1\": rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial unix /nosock: connect: no such file or directory\" failed to encrypt new data key with master key \"$R1\": rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused\"]"
}

@test "shares of one file from here and from a service" {
	printf 'creation_rules:\n- key_groups:\n  - age: [%s]\n  - age: [%s]\n' \
		"$R1" "$R2" >.sops.yaml
	sealeaf encrypt plain.yaml >two.yaml
	service "$SEALEAF"
	SOPS_AGE_KEY_FILE=$KEYS/age-2.txt try sealeaf decrypt two.yaml
	rc 128
	SOPS_AGE_KEY_FILE=$KEYS/age-2.txt \
		try sealeaf decrypt --keyservice "unix://$SOCK" two.yaml
	rc 0
	same "$out" plain.yaml
}

@test "a TCP port" {
	local port=$((20000 + RANDOM % 20000))

	"$SEALEAF" keyservice --address "127.0.0.1:$port" --verbose \
		</dev/null 2>"$NEST/said" 3>&- &
	mine+=("$!")
	until_said Listening
	alone sealeaf decrypt --keyservice "tcp://127.0.0.1:$port" enc.yaml
	rc 0
	same "$out" plain.yaml
	err_empty
	alone sealeaf decrypt --keyservice "tcp4://localhost:$port" enc.yaml
	rc 0
	alone sealeaf decrypt --keyservice "http://127.0.0.1:$port" enc.yaml
	rc 128
	err_has "Error while dialing: dial http: unknown
      | network http"
}

@test "who is not on this machine is warned about" {
	try sealeaf decrypt --keyservice tcp://192.0.2.1:5000 enc.yaml
	rc 0
	err_has "level=warning msg=\"The data key goes to another machine unencrypted\""
}

@test "PGP keys by a service" {
	with_gpg
	service "$SEALEAF"
	alone sealeaf encrypt --pgp $FP1 --enable-local-keyservice=false \
		--keyservice "unix://$SOCK" --output pgp.yaml plain.yaml
	rc 0
	alone sealeaf decrypt pgp.yaml
	rc 128
	alone sealeaf decrypt --keyservice "unix://$SOCK" pgp.yaml
	rc 0
	same "$out" plain.yaml
}

@test "SOPS's service, our client" {
	command -v "${SOPS:-sops}" >/dev/null || skip "no sops"
	with_gpg
	service "${SOPS:-sops}"
	alone sealeaf encrypt --pgp $FP1 --age "$R1" --keyservice \
		"unix://$SOCK" --enable-local-keyservice=false \
		--output new.yaml plain.yaml
	rc 0
	alone sealeaf decrypt --keyservice "unix://$SOCK" new.yaml
	rc 0
	same "$out" plain.yaml
	alone sealeaf decrypt --decryption-order pgp --keyservice \
		"unix://$SOCK" new.yaml
	rc 0
	alone sealeaf encrypt --pgp ABCDEF0123456789 --keyservice \
		"unix://$SOCK" --enable-local-keyservice=false plain.yaml
	rc 1
	err_has "rpc error: code = Unknown desc = could not encrypt data key with PGP key"
}

@test "SOPS's client, our service" {
	command -v "${SOPS:-sops}" >/dev/null || skip "no sops"
	with_gpg
	service "$SEALEAF"
	alone "${SOPS:-sops}" encrypt --pgp $FP1 --age "$R1" --keyservice \
		"unix://$SOCK" --enable-local-keyservice=false \
		--output new.yaml plain.yaml
	rc 0
	alone "${SOPS:-sops}" decrypt --keyservice "unix://$SOCK" new.yaml
	rc 0
	same "$out" plain.yaml
	alone "${SOPS:-sops}" decrypt --decryption-order pgp --keyservice \
		"unix://$SOCK" new.yaml
	rc 0
	SOPS_AGE_KEY_FILE=$KEYS/age-2.txt try sealeaf encrypt --age "$R2" \
		--output two.yaml plain.yaml
	alone "${SOPS:-sops}" decrypt --keyservice "unix://$SOCK" two.yaml
	rc 128
	err_has "rpc error: code = Unknown desc = failed"
	stop TERM
	service "$SEALEAF" --prompt
	to_service n n
	alone "${SOPS:-sops}" decrypt --keyservice "unix://$SOCK" new.yaml
	err_has "rpc error: code = PermissionDenied desc = Request"
}

@test "servers that are none" {
	local what code

	while IFS='|' read -r what code; do
		SOCK=$NEST/$what.sock peer "$code"
		alone sealeaf decrypt --key-timeout 1 \
			--keyservice "unix://$NEST/$what.sock" enc.yaml
		rc 128
		out_empty
		err_has "    - | rpc error: code = "
	done <<-'end'
		gone|c.close()
		text|c.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
		noise|c.sendall(bytes(range(256)) * 99)
		flood|c.sendall(b"\0\0\0\4\0\0\0\0\0" * 1000000)
		silent|time.sleep(3)
		slow|c.sendall(b"\0\0\0\4\0\0\0\0\0"); [(time.sleep(.2), c.sendall(b"\0\0\0\4\1\0\0\0\0")) for i in range(20)]
		control|c.sendall(b"\0\0\0\4\0\0\0\0\0\0\0\x20\1\5\0\0\0\1\x88\0\x0bgrpc-status\x017\0\x0cgrpc-message\3%1b")
	end
	err_lacks $'\033'
}

@test "clients that are none" {
	command -v python3 >/dev/null || skip "no python3"
	service "$SEALEAF"
	python3 - "$SOCK" <<-'end'
		import os, random, socket, sys
		hold = []
		random.seed(1)
		preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
		def frame(kind, flags, stream, body):
		    return len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body
		def field(name, value):
		    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value
		head = b"".join(field(*f) for f in [(b":method", b"POST"), (b":scheme", b"http"),
		    (b":path", b"/KeyService/Decrypt"), (b":authority", b"x"), (b"content-type", b"application/grpc")])
		bodies = [b"", b"\0", b"\0\0\0\0\0", b"\1\0\0\0\1x", b"\0\xff\xff\xff\xffx", b"\0\0\0\0\2\x0a\0",
		    b"\0\0\0\0\5\x0a\x032\x01a", b"\0\0\0\0\2\x12\x01", b"\0\0\0\1\0" + bytes(range(256))]
		talks = [b"GET / HTTP/1.1\r\n\r\n", bytes(99999), os.urandom(5000), preface + os.urandom(5000)]
		talks += [preface + frame(1, 4, 1, head) + frame(0, 1, 1, b) for b in bodies]
		talks += [preface + b"".join(frame(1, 5, 2 * i + 1, head) + frame(3, 0, 2 * i + 1, bytes(4)) for i in range(5000)),
		    preface + frame(6, 0, 0, bytes(8)) * 20000,
		    preface + frame(1, 0, 1, head) + frame(9, 0, 1, field(b"a", b"b")) * 20000,
		    preface + frame(1, 4, 1, head) + b"".join(frame(0, 0, 1, bytes(16000)) for i in range(20))]
		for talk in talks:
		    s = socket.socket(socket.AF_UNIX)
		    s.settimeout(1)
		    s.connect(sys.argv[1])
		    try:
		        for at in range(0, len(talk), 4096):
		            s.sendall(talk[at:at + 4096])
		        s.recv(100000)
		    except OSError:
		        pass
		    hold.append(s)
		    if len(hold) > 5:
		        hold.pop(0).close()
	end
	alone sealeaf decrypt --keyservice "unix://$SOCK" enc.yaml
	rc 0
	same "$out" plain.yaml
	stop TERM
	[ "$ended" -eq 0 ]
	[ ! -s "$NEST/said.err" ]
}

@test "no library of the network is loaded for what needs none" {
	LD_DEBUG=libs LD_DEBUG_OUTPUT=$NEST/libs try sealeaf decrypt enc.yaml
	rc 0
	cat "$NEST"/libs* | grep -q libcrypto
	! cat "$NEST"/libs* | grep -E 'lib(curl|nghttp2)'
	rm "$NEST"/libs*
	service "$SEALEAF"
	LD_DEBUG=libs LD_DEBUG_OUTPUT=$NEST/libs \
		alone sealeaf decrypt --keyservice "unix://$SOCK" enc.yaml
	rc 0
	cat "$NEST"/libs* | grep -q libnghttp2
	! cat "$NEST"/libs* | grep libcurl
}
