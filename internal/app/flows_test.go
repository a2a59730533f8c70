// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const drawn = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tinhso="https://tinhso.vn/bpmn/1" id="d">
<bpmn:process id="cap-phep" name="Cấp phép" isExecutable="true" tinhso:version="1">
<bpmn:startEvent id="s"/>
<bpmn:userTask id="u" name="Thẩm định" tinhso:post="officer" tinhso:unit="authority" tinhso:due="PT8H"/>
<bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="u"/>
<bpmn:sequenceFlow id="f2" sourceRef="u" targetRef="e"/>
</bpmn:process></bpmn:definitions>
`

// A process is a file as well: drawn in an editor, put into a folder, checked
// with every mistake at its line, applied, and never changed under its number.
func TestADrawnProcessIsAFile(t *testing.T) {
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
	write("flows/a.bpmn", strings.Replace(strings.Replace(drawn, ` tinhso:due="PT8H"`, "", 1), "officer", "king", 1))
	said := expect(t, "", 3, "flows/a.bpmn:5", "pack", "lint", dir)
	for _, words := range []string{"“Thẩm định” chưa có thời hạn", "không có chức danh “king”"} {
		if !strings.Contains(said, words) {
			t.Errorf("it does not say %q:\n%s", words, said)
		}
	}
	write("flows/a.bpmn", strings.Replace(drawn, "userTask", "scriptTask", 1))
	expect(t, "", 3, "“scriptTask”", "pack", "lint", dir)
	write("flows/a.bpmn", drawn)
	expect(t, "", 0, "Không có lỗi", "pack", "lint", dir)
	expect(t, "", 0, "quy trình BPMN", "apply", dir, "--data", data)
	expect(t, "", 0, "Nothing changes", "apply", dir, "--data", data)
	service := strings.ReplaceAll(strings.Replace(drawn, `tinhso:version="1"`, `tinhso:version="2"`, 1), `<bpmn:userTask id="u"`, `<bpmn:serviceTask id="u" tinhso:handler="x.nobody"`)
	write("flows/a.bpmn", service)
	expect(t, "", 1, "no_handler", "apply", dir, "--data", data)
	write("flows/a.bpmn", strings.Replace(drawn, "PT8H", "PT4H", 1))
	expect(t, "", 1, "workflow.changed", "apply", dir, "--data", data)
	write("flows/a.bpmn", strings.NewReplacer("PT8H", "PT4H", `tinhso:version="1"`, `tinhso:version="2"`).Replace(drawn))
	expect(t, "", 0, "quy trình BPMN", "apply", dir, "--data", data)
}
