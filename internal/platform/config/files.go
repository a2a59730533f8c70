// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"net/url"
	"strings"
)

// Files is where the files of people are kept, and how large one may be.
type Files struct {
	Store     string `yaml:"store"`    // folder: DATA/files; s3: a bucket
	Endpoint  string `yaml:"endpoint"` // https://HOST of the bucket. With folder, what still lies in the bucket is found
	Bucket    string `yaml:"bucket"`
	Region    string `yaml:"region"`
	Prefix    string `yaml:"prefix"`                   // of the names in the bucket
	PathStyle bool   `yaml:"path_style"`               // https://HOST/BUCKET and not https://BUCKET.HOST
	AccessKey string `yaml:"access_key" secret:"true"` // belongs in TINHSO_FILES_ACCESS_KEY
	SecretKey string `yaml:"secret_key" secret:"true"` // belongs in TINHSO_FILES_SECRET_KEY
	Largest   int    `yaml:"largest"`                  // MB of one file that people hand in
	Previews  bool   `yaml:"previews"`                 // pictures of pages, made by a process of its own
}

func (f Files) check(wrong func(format string, args ...any)) {
	switch {
	case f.Store != "folder" && f.Store != "s3":
		wrong("files.store %q is neither folder nor s3", f.Store)
	case f.Store == "s3" && f.Endpoint == "":
		wrong("files.endpoint is missing: files.store is s3")
	}
	if most := 64 << 10; f.Largest < 1 || f.Largest > most {
		wrong("files.largest: a number of MB is between 1 and %d", most)
	}
	if f.Endpoint == "" {
		return
	}
	if u, e := url.Parse(f.Endpoint); e != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.TrimSuffix(u.Path, "/") != "" {
		wrong("files.endpoint is not https://HOST")
	}
	if f.Bucket == "" {
		wrong("files.bucket is missing")
	}
	if f.AccessKey == "" || f.SecretKey == "" {
		wrong("files: the keys of the bucket are missing: TINHSO_FILES_ACCESS_KEY and TINHSO_FILES_SECRET_KEY")
	}
}
