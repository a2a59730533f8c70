// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package hsm plays the sidecar of a hardware module: it wraps, unwraps and
// signs over a unix socket as platform/crypt/hsm describes it, and misbehaves
// when told to. It protects nothing: its key lies in a file.
package hsm

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"tinhso.vn/internal/platform/crypt/hsm"
	"tinhso.vn/internal/simulators/door"
)

// Label and PIN open the only token there is.
const (
	Label = "tinhso"
	PIN   = "mo-phong"
)

// faults is how the module misbehaves.
type faults struct {
	Refuse int           // how many of the next operations are refused
	Lose   int           // how many of the next operations are not answered
	Hang   time.Duration // how long each answer takes
	Wrong  bool          // another key than before
}

// Module is the simulated module.
type Module struct {
	key []byte

	mu     sync.Mutex
	faults faults
}

// New returns a module whose key is kept in the folder, and made at first.
func New(folder string) (*Module, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, "hsm.key")
	key, err := os.ReadFile(path) //nolint:gosec // the folder of the simulators
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, 32)
		_, _ = rand.Read(key) // never fails since Go 1.24
		err = os.WriteFile(path, key, 0o600)
	}
	return &Module{key: key}, err
}

// ServeHTTP makes the module misbehave: POST ?refuse=N&lose=N&hang=2s&wrong=1; GET tells how it does.
// What is not said is as it should be.
func (m *Module) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		m.told(w)
		return
	}
	if r.Method != http.MethodPost {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	var f faults
	f.Refuse, _ = strconv.Atoi(r.FormValue("refuse"))
	f.Lose, _ = strconv.Atoi(r.FormValue("lose"))
	f.Hang, _ = time.ParseDuration(r.FormValue("hang"))
	f.Hang = min(f.Hang, time.Minute)
	f.Wrong = r.FormValue("wrong") != ""
	m.mu.Lock()
	m.faults = f
	m.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (m *Module) told(w http.ResponseWriter) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.faults
	door.Show(w, map[string]string{"refuse": door.Number(f.Refuse), "lose": door.Number(f.Lose), "hang": door.Length(f.Hang), "wrong": door.Flag(f.Wrong)})
}

// Serve answers connections until the listener is closed.
func (m *Module) Serve(l net.Listener) error {
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go m.session(c)
	}
}

// session is one connection: who has not logged in is refused.
func (m *Module) session(c net.Conn) {
	defer func() { _ = c.Close() }()
	lines := bufio.NewScanner(c)
	lines.Buffer(make([]byte, 4096), hsm.MaxLine)
	opened, logged := false, false
	objects := map[int64]ed25519.PrivateKey{}
	for lines.Scan() {
		var q hsm.Request
		a := hsm.Answer{RV: "CKR_ARGUMENTS_BAD"}
		if json.Unmarshal(lines.Bytes(), &q) == nil {
			switch {
			case q.Function == "C_OpenSession":
				opened = q.Label == Label
				a.RV = rv(opened, "CKR_SLOT_ID_INVALID")
			case !opened:
				a.RV = "CKR_SESSION_HANDLE_INVALID"
			case q.Function == "C_Login":
				logged = q.PIN == PIN
				a.RV = rv(logged, "CKR_PIN_INCORRECT")
			case !logged:
				a.RV = "CKR_USER_NOT_LOGGED_IN"
			default:
				refuse, lose, key := m.next()
				if lose {
					return
				}
				if a = do(q, key, objects); refuse {
					a = hsm.Answer{RV: "CKR_DEVICE_ERROR"}
				}
			}
		}
		raw, err := json.Marshal(a)
		if err != nil {
			return
		}
		if _, err := c.Write(append(raw, '\n')); err != nil {
			return
		}
	}
}

func rv(ok bool, otherwise string) string {
	if ok {
		return hsm.OK
	}
	return otherwise
}

// next returns how the next operation goes, and with which key.
func (m *Module) next() (refuse, lose bool, key []byte) {
	m.mu.Lock()
	f := m.faults
	switch {
	case f.Refuse > 0:
		m.faults.Refuse--
		refuse = true
	case f.Lose > 0:
		m.faults.Lose--
		lose = true
	}
	m.mu.Unlock()
	if f.Hang > 0 {
		time.Sleep(f.Hang)
	}
	key = m.key
	if f.Wrong {
		other := sha256.Sum256(key)
		key = other[:]
	}
	return refuse, lose, key
}

func do(q hsm.Request, key []byte, objects map[int64]ed25519.PrivateKey) hsm.Answer {
	block, err := aes.NewCipher(key)
	if err != nil {
		return hsm.Answer{RV: "CKR_GENERAL_ERROR"}
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return hsm.Answer{RV: "CKR_GENERAL_ERROR"}
	}
	switch q.Function {
	case "C_GetInfo":
		sum := sha256.Sum256(append([]byte("name"), key...))
		return hsm.Answer{RV: hsm.OK, Value: sum[:6]}
	case "C_WrapKey":
		nonce := make([]byte, aead.NonceSize())
		if _, err := io.ReadFull(rand.Reader, nonce); err != nil {
			return hsm.Answer{RV: "CKR_DEVICE_ERROR"}
		}
		return hsm.Answer{RV: hsm.OK, Value: aead.Seal(nonce, nonce, q.Value, []byte(q.What))}
	case "C_UnwrapKey":
		if len(q.Value) < aead.NonceSize() {
			return hsm.Answer{RV: "CKR_WRAPPED_KEY_INVALID"}
		}
		plain, err := aead.Open(nil, q.Value[:aead.NonceSize()], q.Value[aead.NonceSize():], []byte(q.What))
		if err != nil {
			return hsm.Answer{RV: "CKR_WRAPPED_KEY_INVALID"}
		}
		if q.Extractable {
			return hsm.Answer{RV: hsm.OK, Value: plain}
		}
		if len(plain) != ed25519.SeedSize {
			return hsm.Answer{RV: "CKR_WRAPPED_KEY_INVALID"}
		}
		handle := int64(len(objects) + 1)
		objects[handle] = ed25519.NewKeyFromSeed(plain)
		return hsm.Answer{RV: hsm.OK, Object: handle}
	case "C_Sign":
		signer, ok := objects[q.Object]
		if !ok || q.Mechanism != "CKM_EDDSA" {
			return hsm.Answer{RV: "CKR_KEY_HANDLE_INVALID"}
		}
		return hsm.Answer{RV: hsm.OK, Value: ed25519.Sign(signer, q.Value)}
	}
	return hsm.Answer{RV: "CKR_FUNCTION_NOT_SUPPORTED"}
}
