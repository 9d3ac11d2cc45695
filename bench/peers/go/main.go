// The same workloads on goroutines: `main SAMPLES KEY,KEY`, a JSON line for each sample.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

type line struct {
	Key   string  `json:"key"`
	Value float64 `json:"value"`
}

var (
	samples int
	keys    = map[string]bool{}
)

func main() {
	samples, _ = strconv.Atoi(os.Args[1])
	if len(os.Args) > 2 {
		for _, key := range strings.Split(os.Args[2], ",") {
			if key != "" {
				keys[key] = true
			}
		}
	}
	// One processor, as JavaScript has: GOMAXPROCS in the environment says otherwise.
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
	weighed("parked", 100_000, func() { select {} })
	weighed("sleeping", 100_000, func() { time.Sleep(time.Minute) })
	timed("yield", 1_000_000, yieldBetweenTwo)
	timed("channel", 200_000, pingPong)
	timed("spawn", 100_000, spawnMany)
	timed("spawn-one", 100_000, spawnOneByOne)
	timed("sleep", 100_000, sleepMany)
}

func wanted(key string) bool { return len(keys) == 0 || keys[key] }

func report(key string, value float64) {
	text, _ := json.Marshal(line{key, value})
	fmt.Println(string(text))
}

// Nanoseconds an operation, after one run that is not counted.
func timed(key string, count int, run func(count int)) {
	if !wanted(key) {
		return
	}
	run(count)
	for i := 0; i < samples; i++ {
		started := time.Now()
		run(count)
		report(key, float64(time.Since(started).Nanoseconds())/float64(count))
	}
}

// Bytes that each goroutine takes, its stack included. They stay until the program's end.
func weighed(key string, count int, body func()) {
	if !wanted(key) {
		return
	}
	before := used()
	for i := 0; i < count; i++ {
		go body()
	}
	runtime.Gosched()
	report(key, float64(used()-before)/float64(count))
}

func used() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc + stats.StackInuse
}

func together(count int, body func(index int)) {
	var group sync.WaitGroup
	group.Add(count)
	for i := 0; i < count; i++ {
		go func(index int) {
			body(index)
			group.Done()
		}(i)
	}
	group.Wait()
}

func yieldBetweenTwo(count int) {
	together(2, func(int) {
		for i := 0; i < count/2; i++ {
			runtime.Gosched()
		}
	})
}

func pingPong(count int) {
	there, back := make(chan int), make(chan int)
	go func() {
		for value := range there {
			back <- value
		}
	}()
	for i := 0; i < count/2; i++ {
		there <- i
		<-back
	}
	close(there)
}

func spawnMany(count int) { together(count, func(int) {}) }

func spawnOneByOne(count int) {
	for i := 0; i < count; i++ {
		together(1, func(int) {})
	}
}

func sleepMany(count int) {
	together(count, func(index int) { time.Sleep(time.Duration(1+index%100) * time.Millisecond) })
}
