// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package authoring

import "tinhso.vn/internal/platform/errs"

// ErrNoUndo says that there is no edit of an item to take back, or that the
// item was written otherwise since.
var ErrNoUndo = errs.New(errs.Conflict, "authoring.no_undo")
