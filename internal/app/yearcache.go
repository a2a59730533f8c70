// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/config"
)

// A finished year lies in a folder of the cache that is called after what it was
// made from. It is made under another name and renamed when it is whole, so a
// folder with the name of a year is a whole one. Its inventory says what lies in it.

const (
	// cacheFormat changes when what lies in a cached folder does.
	cacheFormat = "1"
	// making begins the names of folders that are being made.
	making = "making-"
	// inventoryFile is written last.
	inventoryFile = "inventory.json"
	// restoring marks a data folder into which a year is being copied.
	restoring = "restoring"
	// blobs begins the names of stored files.
	blobs = "files" + string(filepath.Separator)
	// oldest is how long ago a year may have ended for one to go on from there.
	oldest = 45 * 24 * time.Hour
)

// cached is the place of one year in the cache.
type cached struct{ root, name string }

// inventory is what a cached folder holds.
type inventory struct {
	Files int        `json:"files"`
	Bytes int64      `json:"bytes"`
	State year.State `json:"state"`
}

// openCache returns the place of a year: another program, pack, size or seed has another.
func openCache(root, version string, set *packs.Set, o year.Options) (k cached, err error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return k, fmt.Errorf("cache of demonstrations: %w", err)
	}
	if version == "unknown" || strings.HasSuffix(version, "-dirty") { // says little about what was built
		sum, err := ownSum()
		if err != nil {
			return k, err
		}
		version = sum
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{cacheFormat, version, set.Fingerprint(), fmt.Sprint(o)}, "\x00")))
	return cached{root, fmt.Sprintf("%s-%d-%s", set.Meta.Name, o.Dossiers, hex.EncodeToString(sum[:8]))}, nil
}

// ownSum is the hash of the program that runs.
func ownSum() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(self) //nolint:gosec // ourselves
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (k cached) folder() string { return filepath.Join(k.root, k.name) }

// find returns how things stood when the year ended, if there is a whole one that
// is not too long ago, and not still to come. Whoever calls holds the lock of the cache.
func (k cached) find(now time.Time) (year.State, bool) {
	raw, err := os.ReadFile(filepath.Join(k.folder(), inventoryFile))
	if err != nil {
		return year.State{}, false
	}
	var said inventory
	if err := json.Unmarshal(raw, &said); err != nil {
		return year.State{}, false
	}
	there, err := count(k.folder())
	if err != nil || there.Files != said.Files || there.Bytes != said.Bytes || now.Sub(said.State.Until) > oldest || now.Before(said.State.Until) {
		return year.State{}, false
	}
	return said.State, true
}

// count counts what lies in a folder, but for its inventory.
func count(folder string) (i inventory, err error) {
	err = walk(folder, func(name string, info fs.FileInfo) error {
		if name != inventoryFile {
			i.Files++
			i.Bytes += info.Size()
		}
		return nil
	})
	return i, err
}

// walk goes through the files of a folder, by their names within it.
func walk(folder string, do func(name string, info fs.FileInfo) error) error {
	return filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		return do(name, info)
	})
}

// make makes the year in a new folder and keeps it. What was left half, and years
// that this one replaces, are removed.
func (k cached) make(live func(folder string) (year.State, error)) (state year.State, err error) {
	if err := k.clear(); err != nil {
		return state, err
	}
	folder, err := os.MkdirTemp(k.root, making)
	if err != nil {
		return state, fmt.Errorf("cache of demonstrations: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	if state, err = live(folder); err != nil {
		return state, err
	}
	said, err := count(folder)
	if err != nil {
		return state, err
	}
	said.State = state
	raw, err := json.Marshal(said)
	if err != nil {
		return state, err
	}
	if err := os.WriteFile(filepath.Join(folder, inventoryFile), raw, 0o600); err != nil {
		return state, err
	}
	return state, os.Rename(folder, k.folder())
}

// clear removes what is being made by nobody, and years of the same size of other
// programs, packs or seeds.
func (k cached) clear() error {
	all, err := os.ReadDir(k.root)
	if err != nil {
		return err
	}
	like := k.name[:strings.LastIndexByte(k.name, '-')+1]
	for _, e := range all {
		if e.IsDir() && (strings.HasPrefix(e.Name(), making) || strings.HasPrefix(e.Name(), like)) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(k.root, e.Name())))
		}
	}
	return err
}

// copyTo copies the year into a data folder that has no database. The database
// comes last and in one piece: a copy that was cut off is made again. Keys that
// lie there already are somebody's, unless such a copy has left them.
func (k cached) copyTo(cfg config.Config) error {
	if err := cfg.PrepareData(); err != nil {
		return err
	}
	mark := filepath.Join(cfg.Data, restoring)
	if _, err := os.Stat(mark); errors.Is(err, os.ErrNotExist) {
		if keys, err := os.ReadDir(cfg.Keys); err == nil && len(keys) > 0 {
			return fmt.Errorf("there are keys in %s but no database: they may open something else; choose another folder with --data", cfg.Keys)
		}
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return err
	}
	base := filepath.Base(cfg.Database)
	err := walk(k.folder(), func(name string, _ fs.FileInfo) error {
		if name == inventoryFile || name == base || strings.HasPrefix(name, base+".") {
			return nil
		}
		from, to := filepath.Join(k.folder(), name), filepath.Join(cfg.Data, name)
		if strings.HasPrefix(name, blobs) { // never written again, only removed: both folders may have it
			if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
				return err
			}
			if err := os.Link(from, to); err == nil || errors.Is(err, fs.ErrExist) {
				return nil
			}
		}
		return copyFile(from, to, false)
	})
	if err != nil {
		return err
	}
	half := cfg.Database + ".half"
	if err := copyFile(filepath.Join(k.folder(), base), half, true); err != nil {
		return err
	}
	if err := os.Rename(half, cfg.Database); err != nil {
		return err
	}
	return os.Remove(mark)
}

func copyFile(from, to string, whole bool) (err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	in, err := os.Open(from) //nolint:gosec // of the cache
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // in the data folder
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	if whole {
		return out.Sync()
	}
	return nil
}
