// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"tinhso.vn/tests/api"
)

// Filer files one dossier under a key and returns the id it was given. Filing
// again under the same key must return the same id. Asking again is useless after api.ErrRefused.
type Filer interface {
	File(ctx context.Context, key string) (id string, err error)
}

// Submit files dossiers with many hands until the context ends. A key that got
// no answer is tried again, as a phone in a tunnel does. What was acknowledged
// is written to log and is on the disk before the next one is sent.
func Submit(ctx context.Context, f Filer, hands int, log *os.File) error {
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		first error
	)
	acknowledge := func(key, id string) error {
		mu.Lock()
		defer mu.Unlock()
		if _, err := fmt.Fprintf(log, "%s %s\n", key, id); err != nil {
			return err
		}
		return log.Sync()
	}
	for range hands {
		wg.Go(func() {
			for ctx.Err() == nil {
				key := rand.Text()
				id, err := untilAnswered(ctx, f, key)
				if ctx.Err() != nil && err != nil {
					return // the key was never acknowledged: nothing is promised
				}
				if err == nil {
					err = acknowledge(key, id)
				}
				if err != nil {
					mu.Lock()
					first = errors.Join(first, err)
					mu.Unlock()
					return
				}
			}
		})
	}
	wg.Wait()
	return first
}

func untilAnswered(ctx context.Context, f Filer, key string) (string, error) {
	for {
		id, err := f.File(ctx, key)
		if err == nil || errors.Is(err, api.ErrRefused) {
			return id, err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Acknowledged reads the log of Submit: which id was promised for which key.
func Acknowledged(log io.Reader) (map[string]string, error) {
	promised := map[string]string{}
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		key, id, ok := strings.Cut(lines.Text(), " ")
		if !ok || id == "" {
			return nil, fmt.Errorf("line %d of the log is torn: %q", len(promised)+1, lines.Text())
		}
		if before, again := promised[key]; again {
			return nil, fmt.Errorf("key %s was acknowledged twice, with %s and %s", key, before, id)
		}
		promised[key] = id
	}
	return promised, lines.Err()
}

// Compare looks for what was promised among what is kept (the ids of each
// key), and names what is lost, doubled or changed. Dossiers whose
// acknowledgement did not arrive may be kept, but also once.
func Compare(promised map[string]string, kept map[string][]string) (problems []string) {
	for key, id := range promised {
		switch ids := kept[key]; {
		case len(ids) == 0:
			problems = append(problems, fmt.Sprintf("lost: %s, acknowledged as %s", key, id))
		case len(ids) == 1 && ids[0] != id:
			problems = append(problems, fmt.Sprintf("changed: %s was acknowledged as %s and is kept as %s", key, id, ids[0]))
		}
	}
	for key, ids := range kept {
		if len(ids) > 1 {
			problems = append(problems, fmt.Sprintf("doubled: %s is kept as %s", key, strings.Join(ids, ", ")))
		}
	}
	return problems
}
