// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/platform/yaml"
)

// Every form of every pack must be one that people can fill in.
func TestFormsOfPacks(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../../../packs/*/forms/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no forms in packs: %v", err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Forms []yaml.Node `yaml:"forms"`
		}
		if err := yaml.Unmarshal(raw, &file); err != nil || len(file.Forms) == 0 {
			t.Errorf("%s: %d forms, %v", name, len(file.Forms), err)
		}
		for _, node := range file.Forms {
			var d forms.Definition
			if err := node.Decode(&d); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if len(d.Steps) == 0 && !strings.Contains(name, "/national/") {
				continue // lies over a form; packcheck looks at what comes of it
			}
			for _, mistake := range d.Check() {
				t.Errorf("%s: %s: %s %s %v", name, d.ID, mistake.Name, mistake.Code, mistake.Args)
			}
		}
	}
}
