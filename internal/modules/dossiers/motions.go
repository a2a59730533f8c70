// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

// MotionKind is what an officer wants a leader to decide about a dossier.
type MotionKind string

// The kinds of motions.
const (
	Extend MotionKind = "extend" // another day, with an apology (mẫu số 04)
	Stop   MotionKind = "stop"   // nothing more is done (mẫu số 05)
)

// MotionState is how far a motion is.
type MotionState string

// The states of a motion.
const (
	MotionOpen     MotionState = "open"
	MotionAgreed   MotionState = "agreed"
	MotionDeclined MotionState = "declined"
	MotionDropped  MotionState = "dropped" // by who made it, or because the dossier was over before
)

// Money is what becomes of what was paid for a dossier that is stopped.
type Money string

// What becomes of it.
const (
	NothingPaid Money = "none"
	KeepPaid    Money = "keep"
	PayBack     Money = "refund"
)
