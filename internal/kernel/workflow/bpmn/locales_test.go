// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn_test

import (
	"testing"

	"tinhso.vn/internal/kernel/i18n/i18ntest"
	"tinhso.vn/internal/kernel/workflow"
)

func TestEveryCodeHasAMessage(t *testing.T) {
	t.Parallel()
	i18ntest.Words(t, workflow.Locales, "bpmn")
}
