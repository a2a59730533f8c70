// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

// Satisfaction is what is published of how people rate units and procedures.
type Satisfaction struct {
	PublishFewest int `yaml:"publish_fewest"` // answers that a published figure has at least
}

// fewest is what officials see at least too: fewer would tell who has answered.
const fewest = 5

// check reports what is wrong with it.
func (s Satisfaction) check(wrong func(format string, args ...any)) {
	if s.PublishFewest < fewest || s.PublishFewest > 1000 {
		wrong("satisfaction.publish_fewest is from %d to 1000", fewest)
	}
}
