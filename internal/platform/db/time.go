// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is a time as both databases keep it: BIGINT, microseconds since 1970,
// UTC. The zero Time is NULL in a column that allows it.
type Time struct{ time.Time }

// At returns t as the database will give it back.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{time.UnixMicro(t.UnixMicro()).UTC()}
}

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil //nolint:nilnil // NULL is nil to a driver
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = Time{}
	case int64:
		t.Time = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("a time is kept as BIGINT, not as %T", src)
	}
	return nil
}

// MarshalText writes the time for people and programs; a zero time is empty.
func (t Time) MarshalText() ([]byte, error) {
	if t.IsZero() {
		return []byte{}, nil
	}
	return []byte(t.Format(time.RFC3339Nano)), nil
}
