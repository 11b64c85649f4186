# SPDX-License-Identifier: Apache-2.0
# The version under either name. No network is there to be called, and none is.

load helper

also_setup()
{
	ln -s "$SEALEAF" "$BATS_TEST_TMPDIR/sops"
	sops=$BATS_TEST_TMPDIR/sops
}

@test "VER-01 VER-02 VER-03 run as sops, the line that wrappers read" {
	try "$sops" --version --disable-version-check
	rc 0
	out_is "sops 3.13.3"
	err_empty
	SOPS_DISABLE_VERSION_CHECK=1 try "$sops" -v
	out_is "sops 3.13.3"
	try "$sops" --version
	rc 0
	out_is "sops 3.13.3"
	err_empty
}

@test "under its own name" {
	try sealeaf --version
	rc 0
	grep -qxE 'sealeaf [0-9]+\.[0-9]+\.[0-9]+ \(compatible with sops 3\.13\.3\)' \
	    "$out"
	err_empty
}

@test "VER-04 it does not look for updates, and says so" {
	try "$sops" --version --disable-version-check --check-for-updates
	rc 0
	[ "$(head -n 1 "$out")" = "sops 3.13.3" ]
	out_has "does not call home"
}

@test "VER-05 no command has a version" {
	try sealeaf encrypt --version
	rc 1
	err_has "flag provided but not defined: -version"
}

@test "VER-06 version wins over any mode" {
	try sealeaf -d -v f
	rc 0
	out_has "sealeaf "
	err_empty
}
