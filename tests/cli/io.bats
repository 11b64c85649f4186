# SPDX-License-Identifier: Apache-2.0
# Reading and writing files: modes, links, and no harm on failure.

load helper

@test "IO-01 in place keeps the mode and leaves nothing behind" {
	chmod 600 plain.yaml
	try sealeaf encrypt --age "$R1" -i plain.yaml
	rc 0
	out_empty
	[ "$(stat -c '%a' plain.yaml)" = 600 ]
	[ "$(ls -A | wc -l)" = 1 ]
}

@test "IO-02 the mode of an output file" {
	enc_yaml
	try sealeaf decrypt --output o enc.yaml
	rc 0
	out_empty
	[ "$(stat -c %a o)" = 644 ]
	same o plain.yaml
	echo longer text that is replaced as a whole >p
	chmod 640 p
	try sealeaf decrypt --output p enc.yaml
	rc 0
	[ "$(stat -c %a p)" = 640 ]
	same p plain.yaml
}

@test "IO-03 no folder for the output" {
	enc_yaml
	try sealeaf decrypt --output no/such/dir/o enc.yaml
	rc 3
	err_has "Could not open output file for writing"
	out_empty
	absent no
}

@test "IO-04 links stay links" {
	enc_yaml
	ln -s enc.yaml link.yaml
	ln enc.yaml hard.yaml
	try sealeaf decrypt -i link.yaml
	rc 0
	[ -L link.yaml ]
	same enc.yaml plain.yaml
	same hard.yaml plain.yaml
}

@test "IO-05 to an output file nothing goes to standard output" {
	head -c 1000 /dev/urandom >in.binary
	try sealeaf encrypt --age "$R1" --output out in.binary
	rc 0
	out_empty
	[ -s out ]
}

@test "IO-06 the output may be the input" {
	enc_yaml
	try sealeaf decrypt --output enc.yaml enc.yaml
	rc 0
	same enc.yaml plain.yaml
}

@test "IO-07 a file that cannot be written" {
	[ "$(id -u)" != 0 ] || skip "root may write everything"
	enc_yaml
	cp enc.yaml before
	chmod 444 enc.yaml
	try sealeaf decrypt -i enc.yaml
	rc 3
	same enc.yaml before
}

@test "IO-08 a folder in place of a file" {
	mkdir d
	for command in decrypt "encrypt --age $R1"; do
		try sealeaf $command d
		rc 2
		err_has "Error reading file"
		err_has "is a directory"
		out_empty
	done
}

@test "a full device is an error" {
	[ -w /dev/full ] || skip "no /dev/full"
	enc_yaml
	status=0
	sealeaf decrypt enc.yaml >/dev/full 2>"$err" || status=$?
	rc 1
	[ -s "$err" ]
}

@test "a failing in-place run changes nothing" {
	enc_yaml
	sed -i 's/^b: ENC\[AES256_GCM,data:..../b: ENC[AES256_GCM,data:AAAA/' enc.yaml
	cp enc.yaml before
	try sealeaf decrypt -i enc.yaml
	rc 25
	same enc.yaml before
	[ "$(ls -A | wc -l)" = 3 ]
}

@test "line ends, tabs and a missing last newline survive" {
	printf 'a: 1\r\nb:\ttwo # c\r\nc: [x,  y]' >f.yaml
	cp f.yaml before
	sealeaf encrypt --age "$R1" -i f.yaml
	try sealeaf decrypt -i f.yaml
	rc 0
	same f.yaml before
}
