// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package packs holds the data of provinces inside the binary. It is data
// only; internal/kernel/packs reads it.
package packs

import "embed"

// Files is every pack: a folder each, with its pack.yaml.
//
//go:embed */*
var Files embed.FS
