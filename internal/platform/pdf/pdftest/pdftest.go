// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package pdftest lends tests the fonts of official papers and Poppler's eyes.
// It is for tests only.
package pdftest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"tinhso.vn/internal/platform/pdf"
)

// Fonts returns the Tinos family (npm package @expo-google-fonts/tinos), from
// the built pages or from the packages they are built of.
func Fonts(tb testing.TB) pdf.Fonts {
	tb.Helper()
	return pdf.Fonts{
		Regular:    font(tb, "400Regular", "Regular"),
		Bold:       font(tb, "700Bold", "Bold"),
		Italic:     font(tb, "400Regular_Italic", "Italic"),
		BoldItalic: font(tb, "700Bold_Italic", "BoldItalic"),
	}
}

func font(tb testing.TB, style, built string) []byte {
	tb.Helper()
	file := "Tinos_" + style + ".ttf"
	for dir, last := root(tb), ""; dir != last; dir, last = filepath.Dir(dir), dir {
		for _, path := range []string{
			filepath.Join(dir, "web", "dist", "pdf", "Tinos-"+built+".ttf"),
			filepath.Join(dir, "web", "node_modules", "@expo-google-fonts", "tinos", style, file),
		} {
			if ttf, err := os.ReadFile(path); err == nil {
				return ttf
			}
		}
	}
	tb.Fatalf("font %s is missing: install the packages of web/ (npm ci)", file)
	return nil
}

func root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	return dir
}

// Save writes a document into a folder of the test and returns its path.
func Save(tb testing.TB, document []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "document.pdf")
	if err := os.WriteFile(path, document, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// Run runs a program and returns all it says; a missing one fails the test and
// names the Debian package that has it.
func Run(tb testing.TB, debian, program string, args ...string) (out string, err error) {
	tb.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		tb.Fatalf("%s is missing: apt-get install %s", program, debian)
	}
	said, err := exec.CommandContext(tb.Context(), path, args...).CombinedOutput()
	return string(said), err
}

// Text returns what Poppler reads in a document.
func Text(tb testing.TB, document []byte) string {
	tb.Helper()
	out, err := Run(tb, "poppler-utils", "pdftotext", "-layout", Save(tb, document), "-")
	if err != nil {
		tb.Fatalf("pdftotext: %v\n%s", err, out)
	}
	return out
}

// Small is a document of one empty page.
const Small = "%PDF-1.7\n" +
	"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
	"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n" +
	"xref\n" +
	"0 4\n" +
	"0000000000 65535 f \n" +
	"0000000009 00000 n \n" +
	"0000000052 00000 n \n" +
	"0000000101 00000 n \n" +
	"trailer<</Size 4/Root 1 0 R>>\n" +
	"startxref\n" +
	"160\n" +
	"%%EOF\n"
