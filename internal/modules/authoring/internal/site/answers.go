// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
)

// answers are what the controls of a section hold, by name; a text in two
// languages has a second one with _en at its end.
type answers map[string][]string

func (a answers) get(name string) string {
	if len(a[name]) == 0 {
		return ""
	}
	return a[name][0]
}

// read takes the answers of questions out of an item.
func read(doc core.Doc, all []question) answers {
	out := answers{}
	for _, q := range all {
		in, last := doc, q.path[len(q.path)-1]
		for _, name := range q.path[:len(q.path)-1] {
			in = in.Sub(name)
		}
		switch q.control {
		case words, area:
			t := in.Words(last)
			out[q.name], out[q.name+"_en"] = []string{t.VI}, []string{t.EN}
		case boxes, lines:
			out[q.name] = in.Strs(last)
		case day:
			out[q.name] = []string{shownDay(in.Str(last))}
		case line, number, radios, pick, tick:
			out[q.name] = []string{in.Str(last)}
		}
	}
	if _, fee := out["fee_kind"]; fee {
		out["fee_kind"] = []string{feeKind(doc)}
	}
	return out
}

func feeKind(doc core.Doc) string {
	if kind := doc.Str("fee"); kind != "" {
		return kind
	}
	switch fee := doc.Sub("fee"); {
	case fee.Has("table"):
		return "table"
	case fee.Has("amount"):
		return "amount"
	}
	return ""
}

// write puts the answers of questions into an item.
func write(doc core.Doc, all []question, a answers) {
	kind, fee := a["fee_kind"]
	if fee && (kind[0] == "none" || kind[0] == "unverified") {
		doc.SetStr("fee", kind[0])
		return
	}
	for _, q := range all {
		if q.name == "fee_kind" || fee && q.name == "amount" && kind[0] != "amount" || fee && q.name == "table" && kind[0] != "table" {
			a[q.name] = nil
		}
		if q.name != "fee_kind" {
			put(doc, q.path, q, a)
		}
	}
}

func put(doc core.Doc, path []string, q question, a answers) {
	if len(path) > 1 {
		sub := doc.Sub(path[0])
		put(sub, path[1:], q, a)
		doc.SetSub(path[0], sub)
		return
	}
	name := path[0]
	switch q.control {
	case words, area:
		doc.SetWords(name, packs.Text{VI: a.get(q.name), EN: a.get(q.name + "_en")})
	case boxes:
		doc.SetStrs(name, slices.DeleteFunc(slices.Clone(a[q.name]), func(s string) bool { return s == "" }))
	case lines:
		var all []string
		for s := range strings.Lines(a.get(q.name)) {
			if s = strings.TrimSpace(s); s != "" {
				all = append(all, s)
			}
		}
		doc.SetStrs(name, all)
	case day:
		if d, ok := readDay(a.get(q.name)); ok {
			doc.SetStr(name, d.String())
		} else {
			doc.SetStr(name, a.get(q.name))
		}
	case number:
		doc.SetRaw(name, strings.ReplaceAll(a.get(q.name), ".", ""))
	case tick:
		doc.SetBool(name, a.get(q.name) == "true")
	case line, radios, pick:
		doc.SetStr(name, strings.TrimSpace(a.get(q.name)))
	}
}

// shownDay writes 2026-12-01 as people do; what is no day stays as it was typed.
func shownDay(s string) string {
	if d, ok := readDay(s); ok {
		return d.At(0).Format("02/01/2006")
	}
	return s
}

// posted reads the answers of questions from a form.
func postedAnswers(r *http.Request, all []question) answers {
	out := answers{}
	for _, q := range all {
		out[q.name] = r.PostForm[q.name]
		if q.control == words || q.control == area {
			out[q.name+"_en"] = r.PostForm[q.name+"_en"]
		}
		if len(out[q.name]) == 0 {
			out[q.name] = []string{""}
		}
	}
	return out
}

// saysWrong returns what is wrong with the answer of each question, in words;
// prefix is where the questions' item stands: papers[2].
func saysWrong(p page.Page, problems []packs.Problem, id, prefix string, all []question) map[string]string {
	out := map[string]string{}
	for _, wrong := range problems {
		if wrong.List != string(authoring.Procedures) || wrong.ID != id {
			continue
		}
		at, inside := strings.CutPrefix(wrong.Path, prefix)
		if !inside {
			continue
		}
		at = strings.TrimPrefix(at, ".")
		for _, q := range all {
			path := strings.Join(q.path, ".")
			hit := at == path || strings.HasPrefix(at, path+".") || strings.HasPrefix(at, path+"[")
			first := strings.HasPrefix(path, at+".") && at != "" || at == "" && prefix != ""
			if (hit || first) && out[q.name] == "" {
				out[q.name] = said(p, wrong)
				break
			}
		}
	}
	return out
}

// said is a mistake in the reader's words.
func said(p page.Page, wrong packs.Problem) string {
	if wrong.Code == "field.required" || wrong.Code == "text.no_vietnamese" {
		return p.T("authoring.required")
	}
	if key := "authoring.p." + wrong.Code; p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return textOf(p, wrong.Message)
}

// sectionOf is the section in which a mistake of a procedure is put right.
func sectionOf(path string) string {
	for _, s := range sections() {
		for _, q := range asks(s) {
			if first := q.path[0]; path == first || strings.HasPrefix(path, first+".") || strings.HasPrefix(path, first+"[") {
				return s
			}
		}
	}
	switch {
	case strings.HasPrefix(path, "papers"):
		return "giay-to"
	case strings.HasPrefix(path, "legal_bases"):
		return "can-cu"
	}
	return "chung"
}
