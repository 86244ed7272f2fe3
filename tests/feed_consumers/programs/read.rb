# Reads a calendar from standard input with the gem icalendar; prints rows as JSON.
require "json"
require "stringio"
require "icalendar"

exit if ARGV[1] == "--here"
strictly = Icalendar::Parser.new($stdin.read.force_encoding("UTF-8"), true)
rows = strictly.parse.flat_map(&:events).map do |event|
  [event.uid.to_s, event.sequence.to_i, event.last_modified.to_s, event.dtstamp.to_s, event.status.to_s,
   event.dtstart.strftime("%Y%m%dT%H%M"), event.dtend.strftime("%Y%m%dT%H%M"), event.summary.to_s]
end
puts JSON.generate(rows)
