<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>possync::gui::ChangeDetail</name>
    <message numerus="yes">
        <source>%1 of %n device(s) have it.</source>
        <translation>
            <numerusform>%1 of %n device have it.</numerusform>
            <numerusform>%1 of %n devices have it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n device(s) have it.</source>
        <translation>
            <numerusform>The only device has it.</numerusform>
            <numerusform>All %n devices have it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Compared with %n earlier change(s) of this record.</source>
        <translation>
            <numerusform>Compared with %n earlier change of this record.</numerusform>
            <numerusform>Compared with %n earlier changes of this record.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::ChangesPage</name>
    <message numerus="yes">
        <source>%n change(s) arrived meanwhile; Space or “Go on” shows them.</source>
        <translation>
            <numerusform>%n change arrived meanwhile; Space or “Go on” shows them.</numerusform>
            <numerusform>%n changes arrived meanwhile; Space or “Go on” shows them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::ComposePage</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reaches the kitchen and all others: %n connected device(s) of %1.</source>
        <translation>
            <numerusform>Reaches the kitchen and all others: %n connected device of %1.</numerusform>
            <numerusform>Reaches the kitchen and all others: %n connected devices of %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ready: reaches %n connected device(s) of %1.</source>
        <translation>
            <numerusform>Ready: reaches %n connected device of %1.</numerusform>
            <numerusform>Ready: reaches %n connected devices of %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::ConflictsPage</name>
    <message numerus="yes">
        <source>%n older one(s) are not loaded yet.</source>
        <translation>
            <numerusform>One older one is not loaded yet.</numerusform>
            <numerusform>%n older ones are not loaded yet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n conflict(s)</source>
        <translation>
            <numerusform>%1 of %n conflict</numerusform>
            <numerusform>%1 of %n conflicts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conflict(s) are hidden by the filter or the restaurant chosen at the left.</source>
        <translation>
            <numerusform>%n conflict is hidden by the filter or the restaurant chosen at the left.</numerusform>
            <numerusform>%n conflicts are hidden by the filter or the restaurant chosen at the left.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::LiveGuard</name>
    <message numerus="yes">
        <source>This goes to %n real device(s) in %1.</source>
        <translation>
            <numerusform>This goes to %n real device in %1.</numerusform>
            <numerusform>This goes to %n real devices in %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::ConnectionTest</name>
    <message numerus="yes">
        <source>A PosSync server, %n connection(s).</source>
        <translation>
            <numerusform>A PosSync server, %n connection.</numerusform>
            <numerusform>A PosSync server, %n connections.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>A sync server, %n connection(s).</source>
        <translation>
            <numerusform>A sync server, %n connection.</numerusform>
            <numerusform>A sync server, %n connections.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::DataPage</name>
    <message numerus="yes">
        <source>%n record(s) of this type do not contain the text you search for.</source>
        <translation>
            <numerusform>%n record of this type does not contain the text you search for.</numerusform>
            <numerusform>%n records of this type do not contain the text you search for.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::DevicesPage</name>
    <message numerus="yes">
        <source>%n device(s) are hidden by the filter, the switch “Only with trouble” or the restaurant chosen at the left.</source>
        <translation>
            <numerusform>%n device is hidden by the filter, the switch “Only with trouble” or the restaurant chosen at the left.</numerusform>
            <numerusform>%n devices are hidden by the filter, the switch “Only with trouble” or the restaurant chosen at the left.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n device(s)</source>
        <translation>
            <numerusform>%1 of %n device</numerusform>
            <numerusform>%1 of %n devices</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::Insight</name>
    <message numerus="yes">
        <source>not yet: %n change(s) behind</source>
        <translation>
            <numerusform>not yet: %n change behind</numerusform>
            <numerusform>not yet: %n changes behind</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not connected since %1. %n change(s) wait for it and are sent when it returns.</source>
        <translation>
            <numerusform>Not connected since %1. %n change waits for it and is sent when it returns.</numerusform>
            <numerusform>Not connected since %1. %n changes wait for it and are sent when it returns.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> and %n more</source>
        <translation>
            <numerusform> and %n more</numerusform>
            <numerusform> and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %2 is offline and misses %n change(s).</source>
        <translation>
            <numerusform>%1: %2 is offline and misses %n change.</numerusform>
            <numerusform>%1: %2 is offline and misses %n changes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %2 is %n change(s) behind.</source>
        <translation>
            <numerusform>%1: %2 is %n change behind.</numerusform>
            <numerusform>%1: %2 is %n changes behind.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) are on the way to it.</source>
        <translation>
            <numerusform>%n change is on its way to it.</numerusform>
            <numerusform>%n changes are on their way to it.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::LogsPage</name>
    <message numerus="yes">
        <source>%n line(s) are hidden by the levels or the filter above.</source>
        <translation>
            <numerusform>%n line is hidden by the levels or the filter above.</numerusform>
            <numerusform>%n lines are hidden by the levels or the filter above.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Wrote %n line(s) to %1.</source>
        <translation>
            <numerusform>Wrote %n line to %1.</numerusform>
            <numerusform>Wrote %n lines to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::MainWindow</name>
    <message numerus="yes">
        <source>The console could not keep up: %n message(s) of “%1” were left out of the view.</source>
        <translation>
            <numerusform>The console could not keep up: %n message of “%1” was left out of the view.</numerusform>
            <numerusform>The console could not keep up: %n messages of “%1” were left out of the view.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::OverviewPage</name>
    <message numerus="yes">
        <source>… and %n more restaurant(s) that are no worse; use the list at the left.</source>
        <translation>
            <numerusform>… and %n more restaurant that are no worse; use the list at the left.</numerusform>
            <numerusform>… and %n more restaurants that are no worse; use the list at the left.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… and %n more</numerusform>
            <numerusform>… and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n change(s) gave way to another.</source>
        <translation>
            <numerusform>%1: %n change gave way to another.</numerusform>
            <numerusform>%1: %n changes gave way to others.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of %1 restaurants need a look</source>
        <translation>
            <numerusform>%n of %1 restaurants needs a look</numerusform>
            <numerusform>%n of %1 restaurants need a look</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::RecordModel</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::RestaurantModel</name>
    <message numerus="yes">
        <source>%1 · %n device(s) · %2</source>
        <translation>
            <numerusform>%1 · %n device · %2</numerusform>
            <numerusform>%1 · %n devices · %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n restaurant(s) · %1</source>
        <translation>
            <numerusform>%n restaurant · %1</numerusform>
            <numerusform>%n restaurants · %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::TableExport</name>
    <message numerus="yes">
        <source>Wrote %n row(s) to %1.</source>
        <translation>
            <numerusform>Wrote %n row to %1.</numerusform>
            <numerusform>Wrote %n rows to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::Words</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::LabPage</name>
    <message numerus="yes">
        <source>%1 %n device(s) in “%2”, about %3.</source>
        <translation>
            <numerusform>%1 %n device in “%2”, about %3.</numerusform>
            <numerusform>%1 %n devices in “%2”, about %3.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::Notices</name>
    <message numerus="yes">
        <source>%n thing(s) needed attention meanwhile.</source>
        <translation>
            <numerusform>One thing needed attention meanwhile.</numerusform>
            <numerusform>%n things needed attention meanwhile.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n time(s) in ten minutes in %1. You are not told again until it is calm.</source>
        <translation>
            <numerusform>Once in ten minutes in %1. You are not told again until it is calm.</numerusform>
            <numerusform>%n times in ten minutes in %1. You are not told again until it is calm.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::RecordCard</name>
    <message numerus="yes">
        <source>Recorded %n change(s) of “%1” in %2.</source>
        <translation>
            <numerusform>Recorded %n change of “%1” in %2.</numerusform>
            <numerusform>Recorded %n changes of “%1” in %2.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s)</source>
        <translation>
            <numerusform>%n device</numerusform>
            <numerusform>%n devices</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::ReplayPane</name>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s)</source>
        <translation>
            <numerusform>%n device</numerusform>
            <numerusform>%n devices</numerusform>
        </translation>
    </message>
</context>
</TS>
