// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const registerV1 = `registers:
  - id: ben-do
    title: Sổ bến đò
    version: 1
    unit_scope: true
    fields:
      - {key: name, label: Tên bến, type: text, max: 40, required: true}
      - {key: keeper, label: Người trông bến, type: text, max: 60}
      - {key: boats, label: Số đò, type: integer}
    list: {columns: [name, boats]}
`

// The second version adds a field, hides one and widens one.
const registerV2 = `registers:
  - id: ben-do
    title: Sổ bến đò
    version: 2
    unit_scope: true
    fields:
      - {key: name, label: Tên bến, type: text, max: 200, required: true}
      - {key: keeper, label: Người trông bến, type: text, max: 60, hidden: true}
      - {key: boats, label: Số đò, type: integer}
      - {key: lit, label: Có đèn, type: boolean}
    list: {columns: [name, boats, lit]}
`

// A register is a file: written by hand in a folder of one's own, checked,
// planned, applied, and changed by its second version.
func TestARegisterIsAFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mot-tinh")
	data := filepath.Join(t.TempDir(), "data")
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("pack.yaml", "name: mot-tinh\ntitle: Tỉnh Thử\nkind: province\nuses: [national]\ntime_zone: Asia/Ho_Chi_Minh\n")
	write("units/u.yaml", "units:\n  - {id: tinh-thu, name: Tỉnh Thử, kind: province, valid_from: 2025-07-01}\n")
	write("registers/r.yaml", strings.Replace(registerV1, "type: integer", "type: whole", 1))
	if said := expect(t, "", 3, "registers/r.yaml:9", "pack", "lint", dir); !strings.Contains(said, "boats") {
		t.Errorf("the mistake is not named: %s", said)
	}
	write("registers/r.yaml", registerV1)
	expect(t, "", 0, "Không có lỗi", "pack", "lint", dir)
	said := expect(t, "", 0, "Sổ bến đò", "apply", dir, "--data", data)
	if !strings.Contains(said, "3 trường") {
		t.Errorf("got %s", said)
	}
	write("registers/r.yaml", registerV2)
	for _, dry := range []string{"--dry-run", "--data=" + data} {
		said := expect(t, "", 0, "phiên bản 1 → 2", "apply", dir, "--data", data, dry)
		for _, words := range []string{"lit", "keeper", "name", "Không có dữ liệu nào bị xóa"} {
			if !strings.Contains(said, words) {
				t.Errorf("%s: the plan does not say %q:\n%s", dry, words, said)
			}
		}
	}
	expect(t, "", 0, "Nothing changes", "apply", dir, "--data", data)
	write("registers/r.yaml", strings.Replace(strings.Replace(registerV2, "version: 2", "version: 3", 1), "max: 200", "max: 20", 1))
	expect(t, "", 1, "name", "apply", dir, "--data", data)
}
