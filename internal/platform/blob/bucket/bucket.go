// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package bucket keeps blobs in a store that speaks the protocol of Amazon S3.
// It is the only package that knows that protocol. It trusts the store with
// nothing but keeping: what comes in is sealed already, lies on this machine
// until it was put, and is read back by the caller before it counts.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/clock"
)

// Options is where the bucket is.
type Options struct {
	Endpoint  string // https://s3.example.vn; http for a machine of one's own
	Bucket    string
	Region    string // empty: the store is asked
	Prefix    string // of the names of blobs: "tinhso/"
	AccessKey string
	SecretKey string
	PathStyle bool          // https://HOST/BUCKET/… and not https://BUCKET.HOST/…
	Patience  time.Duration // how long the store may be silent; 0 is half a minute
	Attempts  int           // of each request; 0 is 4
}

// Store is a bucket.
type Store struct {
	s3     *minio.Core
	o      Options
	spool  *blob.Folder
	prefix string
}

var _ blob.Store = (*Store)(nil)

// New returns the store. It does not ask for the bucket yet: a program starts
// though a store is out of reach. What comes in lies in spool until it was put.
func New(o Options, spool *blob.Folder) (*Store, error) {
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is not the address of a store", o.Endpoint)
	}
	if o.Patience == 0 {
		o.Patience = 30 * time.Second
	}
	if o.Attempts == 0 {
		o.Attempts = 4
	}
	secure := u.Scheme == "https"
	transport, err := minio.DefaultTransport(secure)
	if err != nil {
		return nil, err
	}
	transport.ResponseHeaderTimeout = o.Patience
	dialer := &net.Dialer{Timeout: min(o.Patience, 10*time.Second)}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return impatient{c, o.Patience}, nil
	}
	lookup := minio.BucketLookupDNS
	if o.PathStyle {
		lookup = minio.BucketLookupPath
	}
	s3, err := minio.NewCore(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""),
		Secure: secure, Transport: transport, Region: o.Region, BucketLookup: lookup, MaxRetries: o.Attempts,
	})
	if err != nil {
		return nil, err
	}
	return &Store{s3: s3, o: o, spool: spool, prefix: o.Prefix}, nil
}

// impatient is a connection on which nothing may stand still for long: a large
// file takes its time, a dead store does not get any.
type impatient struct {
	net.Conn
	patience time.Duration
}

// Read implements net.Conn.
func (c impatient) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(clock.System{}.Now().Add(c.patience)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write implements net.Conn.
func (c impatient) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(clock.System{}.Now().Add(c.patience)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

func (s *Store) key(name string) string { return s.prefix + name }

// Free implements blob.Store: of the disk on which files wait to be put.
func (s *Store) Free() (int64, error) { return s.spool.Free() }

// Close implements blob.Store. The spool is its owner's to close.
func (s *Store) Close() error { return nil }

// Remove implements blob.Store.
func (s *Store) Remove(ctx context.Context, name string) error {
	if !blob.Valid(name) {
		return nil
	}
	err := explain(s.s3.RemoveObject(ctx, s.o.Bucket, s.key(name), minio.RemoveObjectOptions{}))
	if errors.Is(err, blob.ErrNotFound) {
		return nil
	}
	return err
}

// abandoned is how old the parts of something are that was never put whole.
const abandoned = 24 * time.Hour

// Walk implements blob.Store; ages are by the clock of the store.
func (s *Store) Walk(ctx context.Context, f func(blob.Entry) error) error {
	ctx, stop := context.WithCancel(ctx) // ends the listing when f has enough
	defer stop()
	now := clock.System{}.Now()
	for o := range s.s3.Client.ListObjects(ctx, s.o.Bucket, minio.ListObjectsOptions{Prefix: s.prefix, Recursive: true}) {
		if o.Err != nil {
			return explain(o.Err)
		}
		name := strings.TrimPrefix(o.Key, s.prefix)
		if !blob.Valid(name) {
			continue // not ours
		}
		if err := f(blob.Entry{Name: name, Size: o.Size, Age: now.Sub(o.LastModified)}); err != nil {
			return err
		}
	}
	for u := range s.s3.ListIncompleteUploads(ctx, s.o.Bucket, s.prefix, true) {
		if u.Err != nil {
			return missing(u.Err)
		}
		if now.Sub(u.Initiated) > abandoned && blob.Valid(strings.TrimPrefix(u.Key, s.prefix)) {
			if err := s.s3.AbortMultipartUpload(ctx, s.o.Bucket, u.Key, u.UploadID); err != nil {
				return explain(err)
			}
		}
	}
	return ctx.Err()
}

// missing passes over that some stores do not list what was never put whole.
func missing(err error) error {
	switch minio.ToErrorResponse(err).Code {
	case minio.NotImplemented, minio.NoSuchUpload, minio.MethodNotAllowed:
		return nil
	}
	return explain(err)
}

// Check implements blob.Store.
func (s *Store) Check(ctx context.Context) error {
	there, err := s.s3.BucketExists(ctx, s.o.Bucket)
	if err != nil {
		return explain(err)
	}
	if !there {
		return fmt.Errorf("%w: there is no bucket %q", blob.ErrUnavailable, s.o.Bucket)
	}
	return blob.Probe(ctx, s)
}

// explain turns what the store says into what a caller can act on.
func explain(err error) error {
	if err == nil {
		return nil
	}
	r := minio.ToErrorResponse(err)
	switch r.Code {
	case minio.NoSuchKey:
		return fmt.Errorf("%w: %w", blob.ErrNotFound, err)
	case "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientCapacity":
		return fmt.Errorf("%w: %w", blob.ErrNoSpace, err)
	}
	if r.StatusCode == 507 { // insufficient storage
		return fmt.Errorf("%w: %w", blob.ErrNoSpace, err)
	}
	return fmt.Errorf("%w: %w", blob.ErrUnavailable, err)
}
