# SPDX-License-Identifier: GPL-2.0
#
# usage: gnuplot -e "folder='build/demo/plot'; output='build/demo/latency.svg'" \
#		scripts/demo-latency.gnuplot
#
# Draws the latency of fio's I/Os over time: the whole run above, and below it
# each update with every single I/O. scripts/demo-report writes the data.

updates = folder . '/updates.txt'
n = int(system('wc -l <' . updates))
machine = system('cat ' . folder . '/machine.txt')

# Field I of update U; the fields are in update_line() of scripts/demo-report.
field(u, i) = word(system(sprintf('sed -n %dp %s', u, updates)), i)
trigger(u) = real(field(u, 1))
end_ms(u) = real(field(u, 2))
converting_ms(u) = real(field(u, 3))
pause_ms(u) = real(field(u, 4))
pause_us(u) = field(u, 5)
from(u) = field(u, 6)
to(u) = field(u, 7)
waited(u) = field(u, 8)
done(u) = int(field(u, 9))

c_read = '#1f77b4'
c_write = '#e08214'
c_median = '#08306b'
c_p90 = '#6baed6'
c_slow = '#b0a8a0'
c_load = '#eeeeee'
c_convert = '#fee8a8'
c_pause = '#c00000'
c_text = '#333333'

left = 0.075			# of the page
right = 0.985
gap = 0.07

set terminal svg size 1200, 900 font 'DejaVu Sans,Verdana,Arial,sans-serif,14' background 'white'
set output output
set encoding utf8
set multiplot
set label 1 '{/:Bold*1.35 Microcode replaced while I/O goes on}' at screen left, 0.965 \
	textcolor rgb c_text
set label 2 'fio reads, writes and verifies blocks of 4 KiB at random · ' . machine \
	at screen left, 0.932 textcolor rgb c_text

set border 3 linecolor rgb '#888888'
set tics nomirror out textcolor rgb c_text
set grid y linecolor rgb '#e3e3e3' linewidth 1
set logscale y 10
set ylabel 'latency, submission to completion' textcolor rgb c_text
set ytics ('1 µs' 1, '10 µs' 10, '100 µs' 100, '1 ms' 1e3, '10 ms' 1e4, '100 ms' 1e5, \
	'1 s' 1e6, '10 s' 1e7)
set key horizontal right bottom maxrows 1 textcolor rgb c_text samplen 1.5 width 1

# The whole run.
set key at screen right, 0.868
set lmargin at screen left
set rmargin at screen right
set tmargin at screen 0.85
set bmargin at screen 0.58
set label 3 '{/:Bold The whole run}, in steps of 0.2 s' at screen left, 0.882 textcolor rgb c_text
set xlabel 'time (s)' textcolor rgb c_text
set xrange [0:*]
stats folder . '/overview.txt' using 2:4 nooutput
low = 10 ** floor(log10(STATS_min_x))
high = 10 ** ceil(log10(STATS_max_y * 1.3))
set yrange [low:high]
do for [u = 1:n] {
	set arrow u from first trigger(u), graph 0 to first trigger(u), graph 1 nohead \
		linecolor rgb c_pause linewidth 1.5 dashtype 2 back
	set label 10 + u sprintf('update %s → %s', from(u), to(u)) \
		at first trigger(u), graph 0.94 offset 0.7, 0 textcolor rgb c_pause
}
plot folder . '/overview.txt' using 1:4 with points pointtype 7 pointsize 0.4 \
		linecolor rgb c_slow title 'slowest', \
	'' using 1:3 with lines linewidth 1.5 linecolor rgb c_p90 title 'nine of ten are faster', \
	'' using 1:2 with lines linewidth 2 linecolor rgb c_median title 'median'

# Each update, with every I/O. What the new image prepares is seen from outside
# only if that takes time: if there is data to be converted.
unset label 1
unset label 2
do for [u = 1:n] {
	unset arrow u
	unset label 10 + u
}
width = (right - left - (n - 1) * gap) / n
set tmargin at screen 0.425
set bmargin at screen 0.09
set label 3 '{/:Bold The update}: every I/O is a dot' at screen left, 0.482 textcolor rgb c_text
unset key
array name[5] = ['read', 'write', 'old image loads and checks the new', 'new image prepares', \
	'pause']
array colour[5] = [c_read, c_write, c_load, c_convert, c_pause]
array place[5] = [0.385, 0.445, 0.515, 0.765, 0.93]
do for [i = 1:5] {
	set label 20 + i name[i] at screen place[i] + 0.014, 0.482 textcolor rgb c_text
	set object 20 + i rectangle center screen place[i], 0.482 size screen 0.014, screen 0.012 \
		fillcolor rgb colour[i] fillstyle solid 1 border rgb '#888888'
}
set xrange [*:*] noextend
set style fill solid 1 noborder
do for [u = 1:n] {
	x = left + (u - 1) * (width + gap)
	set lmargin at screen x
	set rmargin at screen x + width
	set label 4 sprintf('{/:Bold %s → %s}', from(u), to(u)) at screen x, 0.447 \
		textcolor rgb c_text
	set xlabel sprintf("time since 'echo %s > overlay/image' (ms)", to(u))
	if (u > 1) { unset ylabel }
	stop = done(u) ? pause_ms(u) : end_ms(u)
	start = done(u) ? stop - pause_us(u) / 1e3 : stop
	set object 1 rectangle from first 0, graph 0 to first converting_ms(u), graph 1 \
		fillcolor rgb c_load fillstyle solid 1 noborder behind
	set object 2 rectangle from first converting_ms(u), graph 0 to first stop, graph 1 \
		fillcolor rgb c_convert fillstyle solid 1 noborder behind
	set object 3 rectangle from first start, graph 0 to first stop, graph 1 \
		fillcolor rgb c_pause fillstyle solid 1 border rgb c_pause behind
	set label 5 (done(u) ? \
		sprintf("pause: %s µs\n%s commands waited", pause_us(u), waited(u)) : \
		'the update failed, the old image runs on') \
		at first stop, graph 0.95 offset 0.7, 0 font ',11' textcolor rgb c_pause
	plot sprintf('%s/update-%d.txt', folder, u) \
			using 1:($3 == 0 ? $2 : 1/0) with points pointtype 7 pointsize 0.3 \
			linecolor rgb c_read, \
		'' using 1:($3 == 1 ? $2 : 1/0) with points pointtype 7 pointsize 0.3 \
			linecolor rgb c_write
	# What all of them share must not be drawn once for each.
	unset label 3
	do for [i = 1:5] {
		unset label 20 + i
		unset object 20 + i
	}
}
unset multiplot
