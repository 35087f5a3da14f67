# SPDX-License-Identifier: GPL-2.0
#
# usage: gnuplot -e "folder='build/demo/plot'; output='build/demo/compare.svg'" \
#		scripts/demo-compare.gnuplot
#
# Draws the slowest I/O of each step of time around an update, for both methods.
# scripts/demo-compare writes the data.

machine = system('cat ' . folder . '/machine.txt')
c_text = '#333333'
c_overlay = '#1f77b4'
c_conventional = '#c00000'

set terminal svg size 1200, 600 font 'DejaVu Sans,Verdana,Arial,sans-serif,14' background 'white'
set output output
set encoding utf8
set label 1 '{/:Bold*1.35 The same update under the same load, by two methods}' at screen 0.075, 0.955 \
	textcolor rgb c_text
set label 2 machine at screen 0.075, 0.9 textcolor rgb c_text
set tmargin at screen 0.84
set lmargin at screen 0.09
set border 3 linecolor rgb '#888888'
set tics nomirror out textcolor rgb c_text
set grid y linecolor rgb '#e3e3e3' linewidth 1
set logscale y 10
set ylabel 'slowest I/O of each step' textcolor rgb c_text
set xlabel 'time since the trigger (s), in steps of 20 ms' textcolor rgb c_text
set ytics ('100 µs' 100, '1 ms' 1e3, '10 ms' 1e4, '100 ms' 1e5, '1 s' 1e6, '10 s' 1e7)
set key bottom right textcolor rgb c_text
set xrange [*:*] noextend
set arrow from first 0, graph 0 to first 0, graph 1 nohead linecolor rgb '#888888' dashtype 2
set arrow from graph 0, first 1e4 to graph 1, first 1e4 nohead linecolor rgb '#b0a8a0' dashtype 3
plot folder . '/conventional.txt' using 1:2 with lines linewidth 2 linecolor rgb c_conventional \
		title 'conventional: the old image reads the new one over itself', \
	folder . '/overlay.txt' using 1:2 with lines linewidth 2 linecolor rgb c_overlay \
		title 'overlay: code of both images'
