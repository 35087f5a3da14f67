# SPDX-License-Identifier: GPL-2.0
#
# usage: gnuplot -e "folder='build/bench'" scripts/bench.gnuplot
#
# Draws what scripts/bench-report has left in folder/plot: the ratio of I/Os per
# second as bars (not if none was measured), and the pause of updates against
# image size, logins, media latency and queue depth.

text = '#333333'
red = '#c00000'
array colour[6] = ['#08306b', '#e08214', '#41ab5d', '#6a51a3', '#6baed6', '#f16913']
colour_of(s) = colour[(s - 1) % 6 + 1]

data(name) = sprintf('%s/plot/%s.txt', folder, name)
tics(name) = sprintf('%s/plot/%s.tics', folder, name)
picture(name) = sprintf('%s/%s.svg', folder, name)
# Each series is a block that begins with its title.
series_in(name) = int(system(sprintf("grep -c '^\"' %s || true", data(name))))
headline(what) = sprintf('{/:Bold*1.25 %s}', what)

set terminal svg size 900, 560 font 'DejaVu Sans,Verdana,Arial,sans-serif,14' background 'white'
set encoding utf8
set border 3 linecolor rgb '#888888'
set tics nomirror out textcolor rgb text
set xtics scale 0
set grid y linecolor rgb '#e3e3e3' linewidth 1
set lmargin at screen 0.115
set rmargin at screen 0.975
set tmargin at screen 0.83
set bmargin at screen 0.215
set key at screen 0.975, 0.02 right bottom horizontal textcolor rgb text samplen 2
set label 1 at screen 0.115, 0.94 textcolor rgb text
set label 2 at screen 0.115, 0.885 textcolor rgb text
set offsets 0.5, 0.5, 0, 0

series = series_in('ratio')
if (series > 0) {
	top = 2.0
	set output picture('iops-ratio')
	set label 1 headline('I/Os per second, compared with scsi\_debug')
	set label 2 'hba\_sim / scsi\_debug, same queues, size and load (fio) · median of the pairs · dashed: target for 4k'
	set style fill solid 1 noborder
	set boxwidth 0.72 / series
	set yrange [0:top]
	set ylabel 'ratio' textcolor rgb text
	set xtics font ',11'
	set arrow 1 from graph 0, first 0.9 to graph 1, first 0.9 nohead front \
		linecolor rgb red linewidth 1.5 dashtype 2
	plot tics('ratio') using 1:(0):xticlabels(2) with dots linecolor rgb 'white' notitle, \
		for [s = 1:series] data('ratio') index (s - 1) using 1:2 with boxes \
			linecolor rgb colour_of(s) title columnheader(1), \
		for [s = 1:series] data('ratio') index (s - 1) \
			using 1:($2 > top ? top : $2):(sprintf($2 > top ? '↑ %.1f' : '%.2f', $2)) \
			with labels offset 0, 0.5 font ',10' textcolor rgb text notitle
	unset arrow 1
	set xtics font ',14'
}

array name[4] = ['image_bytes', 'logins', 'media_latency_us', 'queue_depth']
array out[4] = ['image-size', 'logins', 'latency', 'depth']
array title[4] = ['the size of the new image', 'the number of logins', \
	'the latency of the media', 'the number of commands under way']
array axis[4] = ['size of the image file (KiB)', 'logins to remote ports', \
	'media latency (ms)', 'queue depth of the load']
set logscale y 10
set yrange [10:*]
set ylabel 'pause' offset 1, 0 textcolor rgb text
set ytics ('10 µs' 10, '100 µs' 100, '1 ms' 1e3, '10 ms' 1e4, '100 ms' 1e5, '1 s' 1e6, '10 s' 1e7)
set label 2 'median, and the middle half of all samples · tcg: emulated, uml: native speed'
do for [p = 1:4] {
	series = series_in(name[p])
	if (series > 0) {
		set output picture('pause-' . out[p])
		set label 1 headline('Pause of an update against ' . title[p])
		set xlabel axis[p] textcolor rgb text
		plot tics(name[p]) using 1:(10):xticlabels(2) with dots \
				linecolor rgb 'white' notitle, \
			for [s = 1:series] data(name[p]) index (s - 1) using 1:2:3:4 \
				with yerrorbars linewidth 1.5 pointtype 7 pointsize 0.6 \
				linecolor rgb colour_of(s) title columnheader(1), \
			for [s = 1:series] data(name[p]) index (s - 1) using 1:2 \
				with lines linewidth 1.5 linecolor rgb colour_of(s) notitle
	}
}
