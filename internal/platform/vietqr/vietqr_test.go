// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vietqr_test

import (
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/vietqr"
)

// The first is published; the others were computed by another program.
var vectors = map[string]vietqr.Code{
	"00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN62170813ung ho lu lut6304C15C": {
		Bank: "970415", Account: "0011001932418", Service: vietqr.ToAccount, Dynamic: true, Amount: 120000, Purpose: "ung ho lu lut",
	},
	"00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F": {
		Bank: "970403", Account: "0011012345678", Service: vietqr.ToAccount,
	},
	"00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA530370454061500005802VN62220818H01.12-260601-00016304E19F": {
		Bank: "970415", Account: "113366668888", Service: vietqr.ToAccount, Dynamic: true, Amount: 150000, Purpose: "H01.12-260601-0001",
	},
}

func TestVectors(t *testing.T) {
	t.Parallel()
	if vietqr.CRC("123456789") != 0x29B1 {
		t.Errorf("the sum of 123456789 is %04X", vietqr.CRC("123456789"))
	}
	for want, c := range vectors {
		if got, err := c.Build(); err != nil || got != want {
			t.Errorf("wrote %s, %v, want %s", got, err, want)
		}
		if got, err := vietqr.Parse(want); err != nil || got != c {
			t.Errorf("read %+v, %v, want %+v", got, err, c)
		}
	}
}

// A sample in print has a right sum and a wrong length inside: 12 for 13 digits. A
// reader that forgives it would pay an account that is one digit short.
func TestTheMalformedSampleIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	sample := "00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304F4E5"
	if vietqr.CRC(strings.TrimSuffix(sample, "F4E5")) != 0xF4E5 {
		t.Fatal("the sum of the sample is not right: it is another sample")
	}
	_, err := vietqr.Parse(sample)
	var fault *vietqr.FaultError
	if !errors.As(err, &fault) || fault.Reason != vietqr.Short && fault.Reason != vietqr.Length || !strings.HasPrefix(fault.Field, "38.01") || fault.At == 0 {
		t.Errorf("got %v", err)
	}
}

func summed(s string) string {
	const hex = "0123456789ABCDEF"
	n := vietqr.CRC(s + "6304")
	return s + "6304" + string([]byte{hex[n>>12], hex[n>>8&15], hex[n>>4&15], hex[n&15]})
}

func TestFaults(t *testing.T) {
	t.Parallel()
	const head, to, foot = "000201010211", "38570010A00000072701270006970403011300110123456780208QRIBFTTA", "53037045802VN"
	for name, c := range map[string]struct {
		code, field string
		reason      vietqr.Reason
	}{
		"nothing":           {"", "", vietqr.Short},
		"another sum":       {strings.Replace(summed(head+to+foot), "9704", "9705", 1), "63", vietqr.Checksum},
		"no sum":            {head + to + foot, "63", vietqr.Missing},
		"nobody receives":   {summed(head + foot), "38", vietqr.Missing},
		"another scheme":    {summed(head + strings.Replace(to, "A000000727", "A000000728", 1) + foot), "38.00", vietqr.Elsewhere},
		"dollars":           {summed(head + to + "5303840" + "5802VN"), "53", vietqr.Value},
		"twice":             {summed(head + to + foot + "5802VN"), "58", vietqr.Repeated},
		"an amount of 0":    {summed(head + to + "530370454010" + "5802VN"), "54", vietqr.Value},
		"a negative amount": {summed(head + to + "53037045402-1" + "5802VN"), "54", vietqr.Value},
		"a length too far":  {summed(head + to + foot + "6299x"), "62", vietqr.Length},
		"a purpose in đ":    {summed(head + to + foot + "62090805đồ"), "62.08", vietqr.Value},
	} {
		_, err := vietqr.Parse(c.code)
		var fault *vietqr.FaultError
		if !errors.As(err, &fault) || fault.Reason != c.reason || fault.Field != c.field {
			t.Errorf("%s: got %v, want %s in %q", name, err, c.reason, c.field)
		}
	}
	for name, c := range map[string]vietqr.Code{
		"no bank":        {Account: "1", Service: vietqr.ToAccount},
		"a long account": {Bank: "970403", Account: strings.Repeat("1", 20), Service: vietqr.ToAccount},
		"no service":     {Bank: "970403", Account: "1"},
		"marks":          {Bank: "970403", Account: "1", Service: vietqr.ToCard, Purpose: "lệ phí"},
		"too much":       {Bank: "970403", Account: "1", Service: vietqr.ToCard, Amount: 1e13},
	} {
		if _, err := c.Build(); err == nil {
			t.Errorf("%s is written", name)
		}
	}
}

func TestPurpose(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Lệ phí đăng ký": "Le phi dang ky", "TP26/0001;": "TP260001", "một hai ba bốn năm sáu bảy tám chín": "mot hai ba bon nam sau ba",
	} {
		if got := vietqr.Purpose(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// What is read can be written, and says the same; nothing makes the reader fall.
func FuzzParse(f *testing.F) {
	for s := range vectors {
		f.Add(s)
	}
	f.Add("00020101021138570010A0000007270127000697040301120011012345678")
	f.Fuzz(func(t *testing.T, s string) {
		for _, one := range []string{s, summed(s)} {
			c, err := vietqr.Parse(one)
			if err != nil {
				continue
			}
			out, err := c.Build()
			if err != nil {
				t.Fatalf("%q is read and cannot be written: %v", one, err)
			}
			if again, err := vietqr.Parse(out); err != nil || again != c {
				t.Fatalf("%q became %+v, then %+v, %v", one, c, again, err)
			}
		}
	})
}
