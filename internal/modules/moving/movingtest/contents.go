// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package movingtest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// contentsFolder is the folder of the contents, as the mapping names it.
const contentsFolder = "noi_dung"

// contents writes files beside the tables, and of each dossier one row; with dirt, one is
// missing, one is damaged, one is a program that is called a picture, and one stands
// there twice.
func (g *generator) contents(w *bufio.Writer) error {
	row := func(i int, key string, content []byte, sum string, put bool) error {
		at := filepath.Join("tep", strconv.Itoa(i), key+".png")
		line(w, key, g.codes[i], "Giấy tờ "+key+".png", "don", strconv.Itoa(len(content)), sum, `\`+at)
		g.m.Files++
		if !put {
			return nil
		}
		path := filepath.Join(g.folder, contentsFolder, at)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		return os.WriteFile(path, content, 0o600)
	}
	for i := range min(g.o.Contents, len(g.codes)) {
		drawn, err := picture(i)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(drawn)
		right, key := hex.EncodeToString(sum[:]), fmt.Sprintf("F%07d", i)
		if err := row(i, key, drawn, right, true); err != nil {
			return err
		}
		g.m.Contents++
		if g.o.Clean || i > 0 {
			continue
		}
		other, err := picture(i + 1<<15)
		if err != nil {
			return err
		}
		for _, bad := range []struct {
			key     string
			content []byte
			sum     string
			put     bool
		}{
			{key + "-mat", drawn, right, false},
			{key + "-khac", other, right, true},
			{key + "-hong", drawn[:len(drawn)-20], "", true},
			{key + "-la", []byte("MZ\x90\x00 this is a program and no picture at all"), "", true},
		} {
			if err := row(i, bad.key, bad.content, bad.sum, bad.put); err != nil {
				return err
			}
			g.m.Wanting++
		}
		if err := row(i, key+"-lai", drawn, right, true); err != nil { // the same content again
			return err
		}
		g.m.Contents++
	}
	return nil
}

// picture is a small picture that no other dossier has.
func picture(i int) ([]byte, error) {
	drawn := image.NewRGBA(image.Rect(0, 0, 24, 24))
	for x := range 24 {
		for y := range 24 {
			drawn.Set(x, y, color.RGBA{uint8(i), uint8(i >> 8), uint8(x * y), 255})
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, drawn)
	return out.Bytes(), err
}

// steps writes what was done there with each dossier.
func (g *generator) steps(w *bufio.Writer) error {
	if !g.o.More {
		return nil
	}
	for i, code := range g.codes {
		at := g.o.Now.Add(-time.Duration(30+i%200) * time.Hour)
		for n, what := range []string{"Tiếp nhận tại quầy", "Chuyển chuyên viên"} {
			line(w, code, at.Add(time.Duration(n)*time.Hour).Format("2006-01-02 15:04:05"), what, "Cán bộ Thử "+strconv.Itoa(i%7), "đã gọi điện lần "+strconv.Itoa(i))
			g.m.Said = append(g.m.Said, "Cán bộ Thử "+strconv.Itoa(i%7), "đã gọi điện lần "+strconv.Itoa(i))
			g.m.Steps++
		}
	}
	return nil
}
