// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/procedures"
)

// Rehearser says how a dossier would be handled under a version that need not
// be in force. It reads units and calendars, and writes nothing.
type Rehearser interface {
	// RehearsePlaces returns the units that could receive a dossier.
	RehearsePlaces(ctx context.Context, v procedures.Version) ([]orgs.Unit, error)
	// RehearseRoute says who handles what a unit receives. ErrNoAuthority: nobody would decide.
	// Answers are canonical JSON; nil: none yet.
	RehearseRoute(ctx context.Context, v procedures.Version, received orgs.ID, answers []byte) (Route, error)
	// RehearseTerm says when a dossier accepted at a moment would be due.
	RehearseTerm(v procedures.Version, received orgs.ID, at time.Time) (Term, error)
	// RehearseProcess returns the process that acceptance would begin.
	RehearseProcess(v procedures.Version) (*workflow.Definition, error)
	// RehearseWorld is what its form would know of the province.
	RehearseWorld(ctx context.Context) (forms.World, error)
	// RehearseResult draws the result as a PDF, marked as a simulation. ErrTemplateGap
	// names what nobody would fill in.
	RehearseResult(ctx context.Context, m MadeUp) ([]byte, error)
}

// Route is who handles a dossier.
type Route struct {
	Received  orgs.Unit
	Authority orgs.Unit
	Units     map[string]string // which unit each rule of the process means
	Vars      map[string]any    // what its conditions read of the answers
}

// Term is when a dossier is due; zero where nobody has stated how long it may take.
type Term struct{ Statutory, Due time.Time }

// MadeUp is a dossier that does not exist.
type MadeUp struct {
	Version procedures.Version
	Route   Route
	Owner   string // name
	Answers []byte // canonical JSON
	Fields  map[string]string
	At      time.Time
}
