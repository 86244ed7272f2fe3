<?php // Reads a calendar from standard input with sabre/vobject, which Nextcloud uses, and its validator; prints JSON.
require 'Sabre/VObject/includes.php';
if (($argv[2] ?? '') === '--here') exit;
date_default_timezone_set('Asia/Shanghai');
$root = Sabre\VObject\Reader::read(stream_get_contents(STDIN));
$wrong = $root->validate();
if ($wrong) { fwrite(STDERR, $wrong[0]['message']); exit(1); }
$rows = [];
foreach ($root->VEVENT as $event) {
    $rows[] = [(string) $event->UID, (int) (string) $event->SEQUENCE, (string) $event->{'LAST-MODIFIED'},
        (string) $event->DTSTAMP, (string) $event->STATUS, $event->DTSTART->getDateTime()->format('Ymd\THi'),
        $event->DTEND->getDateTime()->format('Ymd\THi'), (string) $event->SUMMARY];
}
echo json_encode($rows);
