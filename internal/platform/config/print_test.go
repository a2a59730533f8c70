// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/config"
)

func TestPrintingHidesSecrets(t *testing.T) {
	t.Parallel()
	c, err := config.Load("", config.Environment{
		"TINHSO_SMS_TOKEN=s3cret-a", "TINHSO_KEY_PROVIDER_KIND=socket", "TINHSO_KEY_PROVIDER_SOCKET=/run/hsm", "TINHSO_KEY_PROVIDER_PIN=s3cret-b",
		"TINHSO_KEY_PROVIDER_KEY=s3cret-c", "TINHSO_DATABASE=postgres://me:s3cret-d@db/x?password=s3cret-e",
	})
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "config", c, "provider", c.KeyProvider, "sms", c.SMS) //nolint:sloglint // as careless as can be
	for _, said := range []string{
		fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%v %+v %#v", c.SMS, c.SMS, c.SMS),
		fmt.Sprintf("%v %+v %#v", c.KeyProvider, c.KeyProvider, c.KeyProvider),
	} {
		if strings.Contains(said, "s3cret") || len(said) < 10 {
			t.Errorf("printed: %s", said)
		}
	}
	if !strings.Contains(c.String(), "db") || c.SMS.Token == "" {
		t.Errorf("nothing is left of %s", c)
	}
}

func TestSecretsOfKeysStandInNoFile(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"key_provider: {kind: environment, key: abcd}\n", "key_provider: {pin: '1234'}\n"} {
		_, err := config.Load(write(t, file), config.Environment{"TINHSO_KEY_PROVIDER_KEY=efgh"})
		if err == nil || strings.Contains(err.Error(), "abcd") || !strings.Contains(err.Error(), config.VariableKey) {
			t.Errorf("%s: %v", file, err)
		}
	}
	for kind, want := range map[string]string{"environment": config.VariableKey, "socket": config.VariablePIN, "card": "none of file"} {
		if _, err := config.Load("", config.Environment{"TINHSO_KEY_PROVIDER_KIND=" + kind}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if _, err := config.Load("", config.Environment{"TINHSO_SECURITY_LOG_KEEP_DAYS=89"}); err == nil {
		t.Error("a log of less than three months")
	}
}
