// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"regexp"
)

// Ministry is an agency in whose system dossiers of people of the province are worked
// on: procedures whose route is MINISTRY:<code>. It is asked over the axis, and calls us
// at PUBLIC_URL/goi-vao/ID.
type Ministry struct {
	Code     string `yaml:"code"`     // of the agency, as routes name it: G15
	ID       string `yaml:"id"`       // its path on the axis and in addresses here
	Name     string `yaml:"name"`     // of its system, for people
	NameEN   string `yaml:"name_en"`  // English
	Statuses string `yaml:"statuses"` // by which table it says where a dossier stands: national (or empty), civil-status
	// Secret signs its calls. It belongs in a file; two are good while one takes the other's place.
	Secret      string   `yaml:"secret" secret:"true"`
	SecretFiles []string `yaml:"secret_files" secret:"true"`
}

// The tables of statuses.
const (
	NationalStatuses    = "national"
	CivilStatusStatuses = "civil-status"
)

// MinSecret is how long a secret is at least, in bytes: as long as what is signed with it is hard to guess.
const MinSecret = 24

func checkMinistries(all []Ministry, wrong func(format string, args ...any)) {
	codes, ids := map[string]bool{}, map[string]bool{"cong-quoc-gia": true}
	for i, m := range all {
		at := fmt.Sprintf("ministries[%d]", i)
		if !regexp.MustCompile(`^[A-Z][A-Z0-9.]{1,30}$`).MatchString(m.Code) || codes[m.Code] {
			wrong("%s.code %q is no code of an agency of its own", at, m.Code)
		}
		if !regexp.MustCompile(`^[a-z][a-z0-9-]{1,30}$`).MatchString(m.ID) || ids[m.ID] {
			wrong("%s.id %q is no short name of its own", at, m.ID)
		}
		codes[m.Code], ids[m.ID] = true, true
		if m.Name == "" {
			wrong("%s.name is missing", at)
		}
		if m.Statuses != "" && m.Statuses != NationalStatuses && m.Statuses != CivilStatusStatuses {
			wrong("%s.statuses %q is neither %s nor %s", at, m.Statuses, NationalStatuses, CivilStatusStatuses)
		}
		if m.Secret != "" && len(m.Secret) < MinSecret {
			wrong("%s.secret is shorter than %d bytes", at, MinSecret)
		}
		if m.Secret == "" && len(m.SecretFiles) == 0 {
			wrong("%s: secret_files is missing", at)
		}
	}
}

// String hides the secret.
func (m Ministry) String() string { return fmt.Sprintf("{%s %s %s}", m.Code, m.ID, m.Name) }

// GoString hides the secret.
func (m Ministry) GoString() string { return m.String() }
