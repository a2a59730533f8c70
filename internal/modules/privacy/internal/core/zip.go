// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"path"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/text"
)

// The archive: of each holder data/NAME.json and files/NAME/…, and at the end
// index.html, which a person reads. Records go through to the file as they come;
// of the page only so many are kept in memory.
const maxShown = 2000 // records of a holder on the page; all of them are in its JSON

// section is a holder on the page.
type section struct {
	Name    string
	About   privacy.Description
	Records []shownRecord
	More    int // that only the JSON has
	Files   []shownFile
}

type shownRecord struct {
	Title i18n.Text
	At    string
	Lines []privacy.Line
}

type shownFile struct{ Name, Path string }

// sink writes what one holder hands over.
type sink struct {
	ctx   context.Context //nolint:containedctx // lives as long as one holder
	zip   *zip.Writer
	json  io.Writer
	n     int
	ended bool
	part  *section
}

// Record implements privacy.Sink.
func (k *sink) Record(r privacy.Record) error {
	if k.ended {
		return errors.New("a record after a file")
	}
	if err := k.ctx.Err(); err != nil {
		return err
	}
	if k.json == nil {
		w, err := k.zip.Create("data/" + k.part.Name + ".json")
		if err != nil {
			return err
		}
		k.json = w
	}
	lead := ",\n"
	if k.n == 0 {
		lead = "[\n"
	}
	body, err := json.Marshal(r.Data)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(k.json, lead+string(body)); err != nil {
		return err
	}
	k.n++
	if len(k.part.Records) >= maxShown {
		k.part.More++
		return nil
	}
	v := shownRecord{Title: r.Title, Lines: r.Lines}
	if !r.At.IsZero() {
		v.At = (i18n.Printer{}).DateTime(r.At.Time)
	}
	k.part.Records = append(k.part.Records, v)
	return nil
}

// end ends the records.
func (k *sink) end() error {
	if k.ended {
		return nil
	}
	k.ended = true
	if k.json == nil {
		w, err := k.zip.Create("data/" + k.part.Name + ".json")
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, "[]\n")
		return err
	}
	_, err := io.WriteString(k.json, "\n]\n")
	return err
}

// File implements privacy.Sink.
func (k *sink) File(name string, content io.Reader) error {
	if err := k.end(); err != nil {
		return err
	}
	if err := k.ctx.Err(); err != nil {
		return err
	}
	name = files.CleanName(name)
	at := path.Join("files", k.part.Name, fmt.Sprintf("%03d-%s", len(k.part.Files)+1, text.ASCII(name)))
	w, err := k.zip.Create(at)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, content); err != nil {
		return err
	}
	k.part.Files = append(k.part.Files, shownFile{name, at})
	return nil
}

// write streams an archive.
func (s *Service) write(ctx context.Context, a store.Archive, to io.Writer) error {
	z := zip.NewWriter(to)
	var parts []section
	for i, h := range s.all() {
		if err := s.reach(ctx, a.ID, h.Name(), i); err != nil {
			return err
		}
		part := section{Name: h.Name(), About: h.Describe()}
		k := &sink{ctx: ctx, zip: z, part: &part}
		if err := h.Export(ctx, a.Person, k); err != nil {
			return fmt.Errorf("%s: %w", h.Name(), err)
		}
		if err := k.end(); err != nil {
			return err
		}
		parts = append(parts, part)
	}
	purposes, err := s.ListPurposes(ctx)
	if err != nil {
		return err
	}
	w, err := z.Create("index.html")
	if err != nil {
		return err
	}
	if err := indexPage().Execute(w, map[string]any{
		"Made": (i18n.Printer{}).DateTime(s.DB.Now().Time), "Parts": parts, "Purposes": purposes, "Agency": s.Agency, "Mark": s.Mark,
	}); err != nil {
		return err
	}
	return z.Close()
}

// indexPage is the page that a person reads: one file, without scripts.
func indexPage() *template.Template {
	return template.Must(template.New("index").Parse(`<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dữ liệu của tôi · My data</title>
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}h2{margin-top:2.5rem;border-top:2px solid #1d3557;padding-top:1rem}
dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.2rem 1rem;margin:.5rem 0}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}article{border-top:1px solid #ccc;padding:.6rem 0}
h3{font-size:1rem;margin:0}.en{color:#555}@media(max-width:30rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}</style></head><body>
{{with .Mark}}<p><strong>{{.}}</strong></p>{{end}}
<h1>Dữ liệu của tôi</h1>
<p>{{.Agency}} lập lúc {{.Made}}. Kho này chứa những gì hệ thống đang giữ về Ông/Bà. Trang này để đọc; các tệp trong thư mục data để đưa vào hệ thống khác.</p>
<p class="en" lang="en">What this system keeps about you, made {{.Made}}. This page is for reading; the files in data are for other systems.</p>
<nav><ul>{{range .Parts}}<li><a href="#{{.Name}}">{{.About.Name.VI}}</a> <span class="en" lang="en">{{.About.Name.EN}}</span></li>{{end}}</ul></nav>
{{range .Parts}}<section><h2 id="{{.Name}}">{{.About.Name.VI}} <span class="en" lang="en">{{.About.Name.EN}}</span></h2>
<p>{{.About.What.VI}}<br><span class="en" lang="en">{{.About.What.EN}}</span></p>
<p><a href="data/{{.Name}}.json">data/{{.Name}}.json</a></p>
{{if not .Records}}<p>Không có gì. <span class="en" lang="en">Nothing.</span></p>{{end}}
{{range .Records}}<article><h3>{{.Title.VI}} <span class="en" lang="en">{{.Title.EN}}</span></h3>{{with .At}}<p>{{.}}</p>{{end}}
<dl>{{range .Lines}}<dt>{{.Label.VI}} <span class="en" lang="en">{{.Label.EN}}</span></dt><dd>{{.Value}}</dd>{{end}}</dl></article>{{end}}
{{with .More}}<p>Còn {{.}} mục khác trong tệp data. <span class="en" lang="en">{{.}} more in the data file.</span></p>{{end}}
{{with .Files}}<ul>{{range .}}<li><a href="{{.Path}}">{{.Name}}</a></li>{{end}}</ul>{{end}}</section>{{end}}
<h2 id="muc-dich">Vì sao giữ <span class="en" lang="en">Why</span></h2>
{{range .Purposes}}<article><h3>{{.Name.VI}} <span class="en" lang="en">{{.Name.EN}}</span></h3><p>{{.Text.VI}}<br><span class="en" lang="en">{{.Text.EN}}</span></p>
<dl><dt>Giữ trong <span class="en" lang="en">Kept</span></dt><dd>{{.Kept.VI}}</dd><dt>Ai nhận <span class="en" lang="en">Who gets it</span></dt><dd>{{.Recipients.VI}}</dd></dl></article>{{end}}
</body></html>
`))
}
