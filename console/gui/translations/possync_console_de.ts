<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>possync::gui::Access</name>
    <message>
        <source>active</source>
        <translation>gültig</translation>
    </message>
    <message>
        <source>over</source>
        <translation>abgelaufen</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>widerrufen</translation>
    </message>
    <message>
        <source>replaced</source>
        <translation>ersetzt</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>asked for</source>
        <translation>verlangt</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>abgelehnt: %1</translation>
    </message>
    <message>
        <source>owner</source>
        <translation>Inhaber</translation>
    </message>
    <message>
        <source>tester</source>
        <translation>Tester</translation>
    </message>
    <message>
        <source>viewer</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>device of an administrator</source>
        <translation>Gerät eines Verwalters</translation>
    </message>
    <message>
        <source>device of a manager</source>
        <translation>Gerät eines Leiters</translation>
    </message>
    <message>
        <source>waiter&apos;s tablet</source>
        <translation>Tablet der Bedienung</translation>
    </message>
    <message>
        <source>till</source>
        <translation>Kasse</translation>
    </message>
    <message>
        <source>kitchen screen</source>
        <translation>Küchenbildschirm</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>name, id</comment>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>possync::gui::AccessPage</name>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Pair a tablet</source>
        <translation>Tablet koppeln</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Prüfprotokoll</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>Zugang</translation>
    </message>
</context>
<context>
    <name>possync::gui::Address</name>
    <message>
        <source>Type the address of the server, for example 192.168.1.10:3000.</source>
        <translation>Geben Sie die Adresse des Servers ein, zum Beispiel 192.168.1.10:3000.</translation>
    </message>
    <message>
        <source>“%1” is not an address. Write it as 192.168.1.10:3000 or backoffice:3000.</source>
        <translation>„%1“ ist keine Adresse. Schreiben Sie sie als 192.168.1.10:3000 oder buero:3000.</translation>
    </message>
</context>
<context>
    <name>possync::gui::AuditPane</name>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Woran</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Only &amp;refusals</source>
        <translation>Nur &amp;Ablehnungen</translation>
    </message>
    <message>
        <source>Search in all that was ever written</source>
        <translation>In allem suchen, was je geschrieben wurde</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Prüfprotokoll</translation>
    </message>
    <message>
        <source>No entries known</source>
        <translation>Keine Einträge bekannt</translation>
    </message>
    <message>
        <source>There is no connection to a server; entries are listed when there is.</source>
        <translation>Es besteht keine Verbindung zu einem Server; sobald es eine gibt, stehen die Einträge hier.</translation>
    </message>
    <message>
        <source>The audit log is for the owner</source>
        <translation>Das Prüfprotokoll ist für den Inhaber</translation>
    </message>
    <message>
        <source>No entries</source>
        <translation>Keine Einträge</translation>
    </message>
    <message>
        <source>Every administrative act and every refusal is written here for good.</source>
        <translation>Jede Verwaltungshandlung und jede Ablehnung wird hier auf Dauer festgehalten.</translation>
    </message>
    <message>
        <source>These entries are as they were written.</source>
        <translation>Diese Einträge sind so, wie sie geschrieben wurden.</translation>
    </message>
    <message>
        <source>These entries are NOT as they were written: somebody changed the log, or the disk did. See possyncctl audit --verify.</source>
        <translation>Diese Einträge sind NICHT so, wie sie geschrieben wurden: Jemand hat das Protokoll verändert, oder die Festplatte war es. Siehe possyncctl audit --verify.</translation>
    </message>
</context>
<context>
    <name>possync::gui::Banner</name>
    <message>
        <source>&amp;Retry now</source>
        <translation>&amp;Jetzt versuchen</translation>
    </message>
    <message>
        <source>Choose a server…</source>
        <translation>Server wählen …</translation>
    </message>
    <message>
        <source>This console is not connected to a server yet.</source>
        <translation>Diese Konsole ist noch mit keinem Server verbunden.</translation>
    </message>
    <message>
        <source>Connection to %1 lost at %2. What you see is from then; it comes back to life by itself.</source>
        <translation>Die Verbindung zu %1 ging um %2 verloren. Was hier steht, ist von da; es lebt von selbst wieder auf.</translation>
    </message>
    <message>
        <source>Connecting to %1 …</source>
        <translation>Verbinde mit %1 …</translation>
    </message>
    <message>
        <source>%1 cannot be reached.</source>
        <translation>%1 ist nicht zu erreichen.</translation>
    </message>
</context>
<context>
    <name>possync::gui::BenchModel</name>
    <message>
        <source>%1 for %2</source>
        <translation>%1 für %2</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>verbindet sich</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Erhalten</translation>
    </message>
    <message>
        <source>To send</source>
        <translation>Offen</translation>
    </message>
</context>
<context>
    <name>possync::gui::ChangeDetail</name>
    <message>
        <source>What the change did</source>
        <translation>Was die Änderung bewirkt hat</translation>
    </message>
    <message>
        <source>Change as JSON</source>
        <translation>Änderung als JSON</translation>
    </message>
    <message>
        <source>Change as received</source>
        <translation>Änderung wie empfangen</translation>
    </message>
    <message>
        <source>Its &amp;history</source>
        <translation>&amp;Verlauf</translation>
    </message>
    <message>
        <source>Use as &amp;template</source>
        <translation>Als &amp;Vorlage</translation>
    </message>
    <message>
        <source>Fields of the change</source>
        <translation>Felder der Änderung</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Felder</translation>
    </message>
    <message>
        <source>Diff</source>
        <translation>Diff</translation>
    </message>
    <message>
        <source>Who has the change</source>
        <translation>Wer die Änderung hat</translation>
    </message>
    <message>
        <source>Who has it</source>
        <translation>Bei wem</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>Roh</translation>
    </message>
    <message>
        <source>No device of this restaurant is known.</source>
        <translation>Von diesem Restaurant ist kein Gerät bekannt.</translation>
    </message>
    <message numerus="yes">
        <source>All %n device(s) have it.</source>
        <translation>
            <numerusform>Das einzige Gerät hat sie.</numerusform>
            <numerusform>Alle %n Geräte haben sie.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n device(s) have it.</source>
        <translation>
            <numerusform>%1 von %n Gerät hat sie.</numerusform>
            <numerusform>%1 von %n Geräten haben sie.</numerusform>
        </translation>
    </message>
    <message>
        <source>No change chosen</source>
        <translation>Keine Änderung gewählt</translation>
    </message>
    <message>
        <source>Choose a row to see everything about it: its fields, what it changed, and its exact text.</source>
        <translation>Wählen Sie eine Zeile, um alles über sie zu sehen: ihre Felder, was sie geändert hat, und ihren genauen Text.</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 an %2</translation>
    </message>
    <message>
        <source>%1 %2: %3 by %4</source>
        <translation>%1 %2: %3 von %4</translation>
    </message>
    <message>
        <source>%1 · record %2 · %3 · no. %4 · %5 · change %6</source>
        <translation>%1 · Datensatz %2 · %3 · Nr. %4 · %5 · Änderung %6</translation>
    </message>
    <message>
        <source>No earlier change of this record has been seen since the console connected, so every field is new here.</source>
        <translation>Seit die Konsole verbunden ist, war keine frühere Änderung dieses Datensatzes zu sehen; darum ist hier jedes Feld neu.</translation>
    </message>
    <message numerus="yes">
        <source>Compared with %n earlier change(s) of this record.</source>
        <translation>
            <numerusform>Verglichen mit %n früheren Änderung dieses Datensatzes.</numerusform>
            <numerusform>Verglichen mit %n früheren Änderungen dieses Datensatzes.</numerusform>
        </translation>
    </message>
    <message>
        <source>
… cut here; the whole text has %1</source>
        <translation>
… hier gekürzt; der ganze Text hat %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, id</comment>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>possync::gui::ChangeFilter</name>
    <message>
        <source>This filter is too long.</source>
        <translation>Dieser Filter ist zu lang.</translation>
    </message>
    <message>
        <source>A closing bracket has no opening one.</source>
        <translation>Zu einer schließenden Klammer fehlt die öffnende.</translation>
    </message>
    <message>
        <source>This is nested too deeply.</source>
        <translation>Dies ist zu tief verschachtelt.</translation>
    </message>
    <message>
        <source>A bracket is not closed.</source>
        <translation>Eine Klammer ist nicht geschlossen.</translation>
    </message>
    <message>
        <source>A quotation mark is not closed.</source>
        <translation>Ein Anführungszeichen ist nicht geschlossen.</translation>
    </message>
    <message>
        <source>A field name is missing before %1.</source>
        <translation>Vor %1 fehlt der Name eines Feldes.</translation>
    </message>
    <message>
        <source>Something to look for is missing here.</source>
        <translation>Hier fehlt, wonach zu suchen ist.</translation>
    </message>
    <message>
        <source>The line ends too early.</source>
        <translation>Die Zeile endet zu früh.</translation>
    </message>
    <message>
        <source>A value is missing after %1.</source>
        <translation>Nach %1 fehlt ein Wert.</translation>
    </message>
    <message>
        <source>There is no field “%1”. Fields inside the change are written data.%1.</source>
        <translation>Ein Feld „%1“ gibt es nicht. Felder in der Änderung schreibt man data.%1.</translation>
    </message>
    <message>
        <source>There is no field “%1”. Did you mean “%2”?</source>
        <translation>Ein Feld „%1“ gibt es nicht. Meinen Sie „%2“?</translation>
    </message>
    <message>
        <source>%1 works for seq, size, time and data fields only.</source>
        <translation>%1 geht nur mit seq, size, time und Feldern von data.</translation>
    </message>
    <message>
        <source>This field is a number: use ==, &gt; or &lt;.</source>
        <translation>Dieses Feld ist eine Zahl: Nehmen Sie ==, &gt; oder &lt;.</translation>
    </message>
    <message>
        <source>Write a time as 20:14 or 20:14:30.</source>
        <translation>Schreiben Sie eine Zeit als 20:14 oder 20:14:30.</translation>
    </message>
    <message>
        <source>“%1” is not a whole number.</source>
        <translation>„%1“ ist keine ganze Zahl.</translation>
    </message>
</context>
<context>
    <name>possync::gui::ChangeModel</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Byte</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>name, id</comment>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>possync::gui::ChangeTemplate</name>
    <message>
        <source>Order number</source>
        <translation>Bestellnummer</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Positionen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Verfügbar</translation>
    </message>
    <message>
        <source>In stock</source>
        <translation>Auf Lager</translation>
    </message>
    <message>
        <source>Minimum</source>
        <translation>Mindestens</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tisch</translation>
    </message>
    <message>
        <source>Guests</source>
        <translation>Gäste</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Change by</source>
        <translation>Änderung um</translation>
    </message>
    <message>
        <source>New order</source>
        <translation>Neue Bestellung</translation>
    </message>
    <message>
        <source>Order edited</source>
        <translation>Bestellung bearbeitet</translation>
    </message>
    <message>
        <source>Order status</source>
        <translation>Status der Bestellung</translation>
    </message>
    <message>
        <source>Order completed</source>
        <translation>Bestellung abgeschlossen</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>Zahlung</translation>
    </message>
    <message>
        <source>New dish</source>
        <translation>Neue Speise</translation>
    </message>
    <message>
        <source>Dish edited</source>
        <translation>Speise bearbeitet</translation>
    </message>
    <message>
        <source>Dish sold out</source>
        <translation>Speise ausverkauft</translation>
    </message>
    <message>
        <source>Dish removed</source>
        <translation>Speise entfernt</translation>
    </message>
    <message>
        <source>New stock item</source>
        <translation>Neuer Lagerposten</translation>
    </message>
    <message>
        <source>Stock level</source>
        <translation>Lagerbestand</translation>
    </message>
    <message>
        <source>Low stock alert</source>
        <translation>Warnung vor knappem Lager</translation>
    </message>
    <message>
        <source>Stock item removed</source>
        <translation>Lagerposten entfernt</translation>
    </message>
    <message>
        <source>Table occupied</source>
        <translation>Tisch besetzt</translation>
    </message>
    <message>
        <source>Table free</source>
        <translation>Tisch frei</translation>
    </message>
    <message>
        <source>Table reserved</source>
        <translation>Tisch reserviert</translation>
    </message>
    <message>
        <source>Table being cleaned</source>
        <translation>Tisch wird gereinigt</translation>
    </message>
    <message>
        <source>New user</source>
        <translation>Neuer Benutzer</translation>
    </message>
    <message>
        <source>User edited</source>
        <translation>Benutzer bearbeitet</translation>
    </message>
    <message>
        <source>User&apos;s role</source>
        <translation>Rolle des Benutzers</translation>
    </message>
    <message>
        <source>User removed</source>
        <translation>Benutzer entfernt</translation>
    </message>
    <message>
        <source>New printer</source>
        <translation>Neuer Drucker</translation>
    </message>
    <message>
        <source>Printer set up</source>
        <translation>Drucker eingerichtet</translation>
    </message>
    <message>
        <source>Printer assigned</source>
        <translation>Drucker zugewiesen</translation>
    </message>
    <message>
        <source>Station</source>
        <translation>Station</translation>
    </message>
    <message>
        <source>Printer removed</source>
        <translation>Drucker entfernt</translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <translation>Zeile %1: %2</translation>
    </message>
    <message>
        <source>“%1” is missing.</source>
        <translation>„%1“ fehlt.</translation>
    </message>
    <message>
        <source>“%1” must be a number.</source>
        <translation>„%1“ muss eine Zahl sein.</translation>
    </message>
    <message>
        <source>“%1” must be true or false.</source>
        <translation>„%1“ muss true oder false sein.</translation>
    </message>
    <message>
        <source>“%1” must be one of: %2.</source>
        <translation>„%1“ muss eines davon sein: %2.</translation>
    </message>
</context>
<context>
    <name>possync::gui::ChangesPage</name>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Keep the newest change in view; scrolling or choosing a row lets go, End takes hold again</source>
        <translation>Die neueste Änderung im Blick behalten; Blättern oder das Wählen einer Zeile lässt los, Ende fasst wieder zu</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Hold the table still (Space); recording goes on</source>
        <translation>Die Tabelle anhalten (Leertaste); aufgezeichnet wird weiter</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Save what is shown as CSV or JSON lines (Ctrl+E)</source>
        <translation>Was zu sehen ist als CSV oder JSON-Zeilen speichern (Strg+E)</translation>
    </message>
    <message>
        <source>Show the changes that arrived since</source>
        <translation>Zeigt die Änderungen, die seither kamen</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>The view is paused</source>
        <translation>Die Ansicht ist angehalten</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) arrived meanwhile; Space or “Go on” shows them.</source>
        <translation>
            <numerusform>Inzwischen kam %n Änderung; die Leertaste oder „Weiter“ zeigt sie.</numerusform>
            <numerusform>Inzwischen kamen %n Änderungen; die Leertaste oder „Weiter“ zeigt sie.</numerusform>
        </translation>
    </message>
    <message>
        <source>0 of %1 changes match</source>
        <translation>0 von %1 Änderungen passen</translation>
    </message>
    <message>
        <source>Esc in the filter line clears it; the restaurant at the left also limits the table.</source>
        <translation>Esc in der Filterzeile leert sie; auch das Restaurant links schränkt die Tabelle ein.</translation>
    </message>
    <message>
        <source>No changes seen</source>
        <translation>Keine Änderungen gesehen</translation>
    </message>
    <message>
        <source>There is no connection to a server; changes appear as soon as there is.</source>
        <translation>Es besteht keine Verbindung zu einem Server; sobald es eine gibt, erscheinen Änderungen.</translation>
    </message>
    <message>
        <source>No change since the console connected</source>
        <translation>Keine Änderung, seit die Konsole verbunden ist</translation>
    </message>
    <message>
        <source>Every change a device makes appears here within a blink. “Send a test” can send one.</source>
        <translation>Jede Änderung eines Geräts erscheint hier im Nu. „Test senden“ kann eine senden.</translation>
    </message>
    <message>
        <source>Only %1</source>
        <translation>Nur %1</translation>
    </message>
    <message>
        <source>And %1</source>
        <translation>Und %1</translation>
    </message>
    <message>
        <source>Or %1</source>
        <translation>Oder %1</translation>
    </message>
    <message>
        <source>Not %1</source>
        <translation>Nicht %1</translation>
    </message>
    <message>
        <source>History of this record</source>
        <translation>Verlauf dieses Datensatzes</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n neue</numerusform>
            <numerusform>%n neue</numerusform>
        </translation>
    </message>
    <message>
        <source>searching %1 …</source>
        <translation>suche in %1 …</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Last: %1 %2, %3 by %4, %5.</source>
        <translation>Zuletzt: %1 %2, %3 von %4, %5.</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 an %2</translation>
    </message>
</context>
<context>
    <name>possync::gui::CheckModel</name>
    <message>
        <source>✓ met</source>
        <translation>✓ erfüllt</translation>
    </message>
    <message>
        <source>✗ missed</source>
        <translation>✗ verfehlt</translation>
    </message>
    <message>
        <source>… waiting</source>
        <translation>… wartet</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>Erwartet</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
</context>
<context>
    <name>possync::gui::ColumnFit</name>
    <message>
        <source>Right-click to choose the columns</source>
        <translation>Rechtsklick wählt die Spalten</translation>
    </message>
    <message>
        <source>&amp;Fit the columns to the window</source>
        <translation>Spalten dem &amp;Fenster anpassen</translation>
    </message>
</context>
<context>
    <name>possync::gui::CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>Type an order, table, device, restaurant, page …</source>
        <translation>Bestellung, Tisch, Gerät, Restaurant, Seite eingeben …</translation>
    </message>
    <message>
        <source>Matches</source>
        <translation>Treffer</translation>
    </message>
</context>
<context>
    <name>possync::gui::ComposePage</name>
    <message>
        <source>Orders</source>
        <translation>Bestellungen</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Speisen</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>Lager</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tische</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Printers</source>
        <translation>Drucker</translation>
    </message>
    <message>
        <source>&amp;Send to all devices</source>
        <translation>An alle Geräte &amp;senden</translation>
    </message>
    <message>
        <source>Send &amp;again</source>
        <translation>&amp;Noch einmal senden</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>Record id</source>
        <translation>Id des Datensatzes</translation>
    </message>
    <message>
        <source>As user</source>
        <translation>Als Benutzer</translation>
    </message>
    <message>
        <source>optional</source>
        <translation>freiwillig</translation>
    </message>
    <message>
        <source>Data of the change as JSON</source>
        <translation>Daten der Änderung als JSON</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Strg+Eingabe</translation>
    </message>
    <message>
        <source>Sent from here</source>
        <translation>Von hier gesendet</translation>
    </message>
    <message>
        <source>Changes sent from here</source>
        <translation>Von hier gesendete Änderungen</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>Noch nichts gesendet</translation>
    </message>
    <message>
        <source>What you send is kept here with its exact text and its result, to send it again.</source>
        <translation>Was Sie senden, bleibt hier mit genauem Text und Ergebnis, um es noch einmal zu senden.</translation>
    </message>
    <message>
        <source>%1, %2 in the protocol</source>
        <translation>%1, im Protokoll %2</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>Not connected to a server.</source>
        <translation>Mit keinem Server verbunden.</translation>
    </message>
    <message>
        <source>No restaurant is known yet.</source>
        <translation>Noch ist kein Restaurant bekannt.</translation>
    </message>
    <message>
        <source>The record id is missing.</source>
        <translation>Die Id des Datensatzes fehlt.</translation>
    </message>
    <message numerus="yes">
        <source>Reaches the kitchen and all others: %n connected device(s) of %1.</source>
        <translation>
            <numerusform>Erreicht die Küche und alle anderen: %n verbundenes Gerät von %1.</numerusform>
            <numerusform>Erreicht die Küche und alle anderen: %n verbundene Geräte von %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>Staff will see “%1 %2” as if a colleague had entered it.</source>
        <translation>Das Personal sieht „%1 %2“, als hätte ein Kollege es eingegeben.</translation>
    </message>
    <message>
        <source>Unlock and send it</source>
        <translation>Entsperren und senden</translation>
    </message>
    <message>
        <source>waiting for the server</source>
        <translation>wartet auf den Server</translation>
    </message>
    <message>
        <source>%1 as change no. %2</source>
        <translation>%1 als Änderung Nr. %2</translation>
    </message>
    <message>
        <source>applied</source>
        <translation>angewandt</translation>
    </message>
    <message>
        <source>Not sent: %1</source>
        <translation>Nicht gesendet: %1</translation>
    </message>
    <message>
        <source>Done: %1</source>
        <translation>Erledigt: %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weiteres</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Done: %1.</source>
        <translation>Erledigt: %1.</translation>
    </message>
    <message>
        <source>Reached %1.</source>
        <translation>Angekommen bei %1.</translation>
    </message>
    <message>
        <source>Not yet at %1.</source>
        <translation>Noch nicht bei %1.</translation>
    </message>
    <message>
        <source>Not connected: nothing was sent.</source>
        <translation>Nicht verbunden: Es wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>Send a test</source>
        <translation>Test senden</translation>
    </message>
</context>
<context>
    <name>possync::gui::Conflicts</name>
    <message>
        <source>Another tablet had taken the place of this one before the change came. Nothing of it is in the record until somebody decides.</source>
        <translation>Ein anderes Tablet war an die Stelle dieses getreten, bevor die Änderung kam. Nichts davon steht im Datensatz, bis jemand entscheidet.</translation>
    </message>
    <message>
        <source>waits for a decision</source>
        <translation>wartet auf eine Entscheidung</translation>
    </message>
    <message>
        <source>left out %1</source>
        <translation>%1 weggelassen</translation>
    </message>
    <message>
        <source>left out by %1, %2</source>
        <translation>von %1 weggelassen, %2</translation>
    </message>
    <message>
        <source>taken over %1</source>
        <translation>%1 übernommen</translation>
    </message>
    <message>
        <source>taken over by %1, %2</source>
        <translation>von %1 übernommen, %2</translation>
    </message>
    <message>
        <source>all of it</source>
        <translation>alles</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Stays</source>
        <translation>Bleibt</translation>
    </message>
    <message>
        <source>Stays from</source>
        <translation>Bleibt von</translation>
    </message>
    <message>
        <source>Gave way</source>
        <translation>Gewichen</translation>
    </message>
    <message>
        <source>Gave way from</source>
        <translation>Gewichen von</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>An order is paid once: the first payment stays.</source>
        <translation>Eine Bestellung wird einmal bezahlt: Die erste Zahlung bleibt.</translation>
    </message>
    <message>
        <source>What was deleted stays deleted until somebody makes it anew.</source>
        <translation>Was gelöscht ist, bleibt gelöscht, bis jemand es neu anlegt.</translation>
    </message>
    <message>
        <source>What was made anew is not removed by an older deletion.</source>
        <translation>Was neu angelegt ist, wird durch eine ältere Löschung nicht entfernt.</translation>
    </message>
    <message>
        <source>A table has one party: who was first keeps it.</source>
        <translation>An einem Tisch sitzt eine Gesellschaft: Wer zuerst da war, behält ihn.</translation>
    </message>
    <message>
        <source>What was sent to the kitchen can be cancelled, but not rewritten.</source>
        <translation>Was in der Küche ist, kann storniert, aber nicht umgeschrieben werden.</translation>
    </message>
    <message>
        <source>A rule kept the record as it was.</source>
        <translation>Eine Regel hat den Datensatz belassen, wie er war.</translation>
    </message>
    <message>
        <source>The change went against a rule and was refused as a whole.</source>
        <translation>Die Änderung verstieß gegen eine Regel und wurde ganz abgelehnt.</translation>
    </message>
    <message>
        <source>An order&apos;s status and payment only go forward; what comes late does not pull them back.</source>
        <translation>Status und Zahlung einer Bestellung gehen nur vorwärts; was spät kommt, zieht sie nicht zurück.</translation>
    </message>
    <message>
        <source>Of two changes of one table the later one stays.</source>
        <translation>Von zwei Änderungen eines Tisches bleibt die spätere.</translation>
    </message>
    <message>
        <source>Of two changes of the same field the later one stays.</source>
        <translation>Von zwei Änderungen desselben Feldes bleibt die spätere.</translation>
    </message>
    <message>
        <source>as it was</source>
        <translation>wie es war</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 an %2</translation>
    </message>
    <message>
        <source>stays as it is</source>
        <translation>bleibt, wie es ist</translation>
    </message>
    <message>
        <source>put back %1</source>
        <translation>%1 zurückgeholt</translation>
    </message>
    <message>
        <source>put back by %1, %2</source>
        <translation>zurückgeholt von %1, %2</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>name, id</comment>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>possync::gui::ConflictsPage</name>
    <message>
        <source>Load &amp;older ones</source>
        <translation>Ä&amp;ltere laden</translation>
    </message>
    <message>
        <source>Older conflicts could not be loaded: %1</source>
        <translation>Ältere Konflikte ließen sich nicht laden: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n older one(s) are not loaded yet.</source>
        <translation>
            <numerusform>Ein älterer ist noch nicht geladen.</numerusform>
            <numerusform>%n ältere sind noch nicht geladen.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Hide those decided</source>
        <translation>&amp;Entschiedene verbergen</translation>
    </message>
    <message>
        <source>&amp;Leave it out…</source>
        <translation>&amp;Weglassen …</translation>
    </message>
    <message>
        <source>A late change of a replaced tablet.</source>
        <translation>Eine späte Änderung eines ersetzten Tablets.</translation>
    </message>
    <message>
        <source>“%1” by %2, made %3.</source>
        <translation>„%1“ von %2, gemacht %3.</translation>
    </message>
    <message>
        <source>The change was %1.</source>
        <translation>Die Änderung wurde %1.</translation>
    </message>
    <message>
        <source>&amp;Take it over…</source>
        <translation>Ü&amp;bernehmen …</translation>
    </message>
    <message>
        <source>Leave the change out</source>
        <translation>Die Änderung weglassen</translation>
    </message>
    <message>
        <source>“%1” will never be applied.</source>
        <translation>„%1“ wird nie angewendet.</translation>
    </message>
    <message>
        <source>The decision is final; it is kept who made it and when.</source>
        <translation>Die Entscheidung ist endgültig; es wird festgehalten, wer sie wann traf.</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>The change is left out; nothing of it is applied.</source>
        <translation>Die Änderung ist weggelassen; nichts davon wird angewendet.</translation>
    </message>
    <message>
        <source>Not left out: %1</source>
        <translation>Nicht weggelassen: %1</translation>
    </message>
    <message>
        <source>The change is taken over; all devices get it.</source>
        <translation>Die Änderung ist übernommen; alle Geräte bekommen sie.</translation>
    </message>
    <message>
        <source>Not taken over: %1</source>
        <translation>Nicht übernommen: %1</translation>
    </message>
    <message>
        <source>“%1” is done to %2, as if the tablet had sent it now; the rules still hold.</source>
        <translation>„%1“ geschieht mit %2, als hätte das Tablet es jetzt gesendet; die Regeln gelten weiter.</translation>
    </message>
    <message>
        <source>Unlock and take it over</source>
        <translation>Entsperren und übernehmen</translation>
    </message>
    <message>
        <source>&amp;Put the other value back…</source>
        <translation>Den anderen Wert &amp;zurückholen …</translation>
    </message>
    <message>
        <source>Filter by record, device, person, value or rule</source>
        <translation>Nach Datensatz, Gerät, Person, Wert oder Regel filtern</translation>
    </message>
    <message>
        <source>Conflicts</source>
        <translation>Konflikte</translation>
    </message>
    <message>
        <source>No conflict matches</source>
        <translation>Kein Konflikt passt</translation>
    </message>
    <message numerus="yes">
        <source>%n conflict(s) are hidden by the filter or the restaurant chosen at the left.</source>
        <translation>
            <numerusform>%n Konflikt ist durch den Filter oder das links gewählte Restaurant verborgen.</numerusform>
            <numerusform>%n Konflikte sind durch den Filter oder das links gewählte Restaurant verborgen.</numerusform>
        </translation>
    </message>
    <message>
        <source>No conflicts known</source>
        <translation>Keine Konflikte bekannt</translation>
    </message>
    <message>
        <source>There is no connection to a server; conflicts are loaded when there is.</source>
        <translation>Es besteht keine Verbindung zu einem Server; sobald es eine gibt, werden Konflikte geladen.</translation>
    </message>
    <message>
        <source>No conflicts</source>
        <translation>Keine Konflikte</translation>
    </message>
    <message>
        <source>When two people change the same thing at once, what gave way is listed here, with the rule that decided.</source>
        <translation>Wenn zwei Leute zugleich dasselbe ändern, steht hier, was zurückstehen musste und welche Regel entschied.</translation>
    </message>
    <message>
        <source>Conflict</source>
        <translation>Konflikt</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n conflict(s)</source>
        <translation>
            <numerusform>%1 von %n Konflikt</numerusform>
            <numerusform>%1 von %n Konflikten</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a conflict: it is told here in plain words.</source>
        <translation>Wählen Sie einen Konflikt: Er wird hier in einfachen Worten erzählt.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>at a time not known</source>
        <translation>zu unbekannter Zeit</translation>
    </message>
    <message>
        <source>The record stays as it was.</source>
        <translation>Der Datensatz bleibt, wie er war.</translation>
    </message>
    <message>
        <source>“%1” stays. Entered by %2, %3.</source>
        <translation>„%1“ bleibt. Eingegeben von %2, %3.</translation>
    </message>
    <message>
        <source>“%1” by %2 did not get in, %3.</source>
        <translation>„%1“ von %2 kam nicht hinein, %3.</translation>
    </message>
    <message>
        <source>“%1” gave way. Entered by %2, %3.</source>
        <translation>„%1“ musste zurückstehen. Eingegeben von %2, %3.</translation>
    </message>
    <message>
        <source>%1 The server noted: %2.</source>
        <translation>%1 Der Server vermerkt: %2.</translation>
    </message>
    <message>
        <source>The other value was %1.</source>
        <translation>Der andere Wert wurde %1.</translation>
    </message>
    <message>
        <source>Not connected to the server</source>
        <translation>Nicht mit dem Server verbunden</translation>
    </message>
    <message>
        <source>This server cannot put values back yet; a newer one can</source>
        <translation>Dieser Server kann Werte noch nicht zurückholen; ein neuerer kann es</translation>
    </message>
    <message>
        <source>The other value is back; all devices get it.</source>
        <translation>Der andere Wert gilt wieder; alle Geräte bekommen ihn.</translation>
    </message>
    <message>
        <source>Not put back: %1</source>
        <translation>Nicht zurückgeholt: %1</translation>
    </message>
    <message>
        <source>“%1” becomes the value of %2 again, as if a colleague had entered it now.</source>
        <translation>„%1“ wird wieder der Wert von %2, als hätte ein Kollege ihn jetzt eingegeben.</translation>
    </message>
    <message>
        <source>Unlock and put it back</source>
        <translation>Entsperren und zurückholen</translation>
    </message>
</context>
<context>
    <name>possync::gui::ConnectDialog</name>
    <message>
        <source>A server on &amp;this computer</source>
        <translation>Ein Server auf diesem &amp;Rechner</translation>
    </message>
    <message>
        <source>A server I &amp;used before</source>
        <translation>Ein &amp;früher benutzter Server</translation>
    </message>
    <message>
        <source>Another &amp;address</source>
        <translation>Eine andere &amp;Adresse</translation>
    </message>
    <message>
        <source>Just show me a &amp;demo</source>
        <translation>Nur eine &amp;Vorführung zeigen</translation>
    </message>
    <message>
        <source>looking for one …</source>
        <translation>es wird einer gesucht …</translation>
    </message>
    <message>
        <source>&amp;Forget it</source>
        <translation>&amp;Vergessen</translation>
    </message>
    <message>
        <source>T&amp;est</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <source>&amp;Connect</source>
        <translation>&amp;Verbinden</translation>
    </message>
    <message>
        <source>Connect to a server</source>
        <translation>Mit einem Server verbinden</translation>
    </message>
    <message>
        <source>Where is the server?</source>
        <translation>Wo ist der Server?</translation>
    </message>
    <message>
        <source>The console watches one PosSync server. Usually it runs on the back-office computer.</source>
        <translation>Die Konsole beobachtet einen PosSync-Server. Meist läuft er auf dem Rechner im Büro.</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>A made-up restaurant at work on this computer; nothing else is touched.</source>
        <translation>Ein erfundenes Restaurant bei der Arbeit, auf diesem Rechner; sonst wird nichts berührt.</translation>
    </message>
    <message>
        <source>T&amp;oken</source>
        <translation>T&amp;oken</translation>
    </message>
    <message>
        <source>Servers on this computer</source>
        <translation>Server auf diesem Rechner</translation>
    </message>
    <message>
        <source>Servers used before</source>
        <translation>Früher benutzte Server</translation>
    </message>
    <message>
        <source>such as 192.168.1.10:3000</source>
        <translation>etwa 192.168.1.10:3000</translation>
    </message>
    <message>
        <source>Address of the server</source>
        <translation>Adresse des Servers</translation>
    </message>
    <message>
        <source>Name, if you like</source>
        <translation>Name, wenn Sie mögen</translation>
    </message>
    <message>
        <source>Name to keep it under</source>
        <translation>Name, unter dem er behalten wird</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Reading the address</source>
        <translation>Liest die Adresse</translation>
    </message>
    <message>
        <source>Looking up the computer</source>
        <translation>Sucht den Rechner</translation>
    </message>
    <message>
        <source>Knocking at the port</source>
        <translation>Klopft am Port an</translation>
    </message>
    <message>
        <source>Looking at the certificate</source>
        <translation>Sieht sich das Zertifikat an</translation>
    </message>
    <message>
        <source>Asking who it is</source>
        <translation>Fragt, wer da ist</translation>
    </message>
    <message>
        <source>Comparing the versions</source>
        <translation>Vergleicht die Versionen</translation>
    </message>
    <message>
        <source>Showing the token</source>
        <translation>Zeigt das Token vor</translation>
    </message>
    <message>
        <source>Asking what you may do</source>
        <translation>Fragt, was Sie dürfen</translation>
    </message>
    <message>
        <source>none is running here right now; “possync-server” starts one</source>
        <translation>hier läuft gerade keiner; „possync-server“ startet einen</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>leave empty to use the one that is kept</source>
        <translation>leer lassen, um das behaltene zu verwenden</translation>
    </message>
    <message>
        <source>not needed on the server&apos;s own computer</source>
        <translation>auf dem Rechner des Servers nicht nötig</translation>
    </message>
    <message>
        <source>if the server asks for one</source>
        <translation>falls der Server eines verlangt</translation>
    </message>
    <message>
        <source>Connecting tries it step by step first and says what is wrong and what helps.</source>
        <translation>Beim Verbinden wird erst Schritt für Schritt geprüft und gesagt, was nicht stimmt und was hilft.</translation>
    </message>
    <message>
        <source>&amp;Start the demo</source>
        <translation>&amp;Vorführung starten</translation>
    </message>
    <message>
        <source>Connect &amp;anyway</source>
        <translation>&amp;Trotzdem verbinden</translation>
    </message>
</context>
<context>
    <name>possync::gui::ConnectionPill</name>
    <message>
        <source>%1 · offline since %2</source>
        <translation>%1 · offline seit %2</translation>
    </message>
    <message>
        <source>Connection: %1</source>
        <translation>Verbindung: %1</translation>
    </message>
    <message>
        <source>Click to choose a server</source>
        <translation>Klicken, um einen Server zu wählen</translation>
    </message>
</context>
<context>
    <name>possync::gui::ConnectionTest</name>
    <message>
        <source>Nothing answers at %1. Is that computer on, and is its firewall open for this port?</source>
        <translation>Unter %1 antwortet nichts. Ist der Rechner an, und lässt seine Firewall diesen Port zu?</translation>
    </message>
    <message>
        <source>No answer within %1 seconds.</source>
        <translation>Keine Antwort binnen %1 Sekunden.</translation>
    </message>
    <message>
        <source>No computer is known by the name “%1”. Check the spelling, or type its number address.</source>
        <translation>Unter dem Namen „%1“ ist kein Rechner bekannt. Prüfen Sie die Schreibweise, oder geben Sie seine Adresse in Zahlen ein.</translation>
    </message>
    <message>
        <source>Port %1 is open.</source>
        <translation>Port %1 ist offen.</translation>
    </message>
    <message>
        <source>The computer is there, but no program listens on port %1. Is possync-server running?</source>
        <translation>Der Rechner ist da, aber an Port %1 lauscht kein Programm. Läuft possync-server?</translation>
    </message>
    <message>
        <source>%1 cannot be reached: %2.</source>
        <translation>%1 ist nicht zu erreichen: %2.</translation>
    </message>
    <message>
        <source>Not encrypted; nothing leaves this computer.</source>
        <translation>Nicht verschlüsselt; es verlässt nichts diesen Rechner.</translation>
    </message>
    <message>
        <source>Not encrypted: whoever is in the same network can read along, the token too. “possync-server init-tls” on the server makes a certificate.</source>
        <translation>Nicht verschlüsselt: Wer im selben Netz ist, kann mitlesen, auch das Token. „possync-server init-tls“ macht auf dem Server ein Zertifikat.</translation>
    </message>
    <message>
        <source>The server does not speak TLS as expected (%1). If it has no certificate, write http:// before the address.</source>
        <translation>Der Server spricht nicht TLS, wie erwartet (%1). Hat er kein Zertifikat, dann schreiben Sie http:// vor die Adresse.</translation>
    </message>
    <message>
        <source>Encrypted (%1), with the certificate you trusted; it holds until %2.</source>
        <translation>Verschlüsselt (%1), mit dem Zertifikat, dem Sie vertrauen; es gilt bis %2.</translation>
    </message>
    <message>
        <source>Encrypted (%1), certificate of %2; it holds until %3.</source>
        <translation>Verschlüsselt (%1), Zertifikat von %2; es gilt bis %3.</translation>
    </message>
    <message>
        <source>The server did not answer as expected: %1.</source>
        <translation>Der Server hat nicht wie erwartet geantwortet: %1.</translation>
    </message>
    <message>
        <source>If it has a certificate, write https:// before the address.</source>
        <translation>Hat er ein Zertifikat, dann schreiben Sie https:// vor die Adresse.</translation>
    </message>
    <message>
        <source>Something answers on port %1, but it is not a PosSync server.</source>
        <translation>An Port %1 antwortet etwas, aber es ist kein PosSync-Server.</translation>
    </message>
    <message numerus="yes">
        <source>A sync server, %n connection(s).</source>
        <translation>
            <numerusform>Ein Sync-Server, %n Verbindung.</numerusform>
            <numerusform>Ein Sync-Server, %n Verbindungen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>A PosSync server, %n connection(s).</source>
        <translation>
            <numerusform>Ein PosSync-Server, %n Verbindung.</numerusform>
            <numerusform>Ein PosSync-Server, %n Verbindungen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The server states no version: an older one, so live pages may stay empty.</source>
        <translation>Der Server nennt keine Version: ein älterer, so dass Seiten mit laufenden Daten leer bleiben können.</translation>
    </message>
    <message>
        <source>Server and console are both %1.</source>
        <translation>Server und Konsole haben beide die Version %1.</translation>
    </message>
    <message>
        <source>The server (%1) is older than this console (%2): what it does not know stays empty.</source>
        <translation>Der Server (%1) ist älter als diese Konsole (%2): Was er nicht kennt, bleibt leer.</translation>
    </message>
    <message>
        <source>The server (%1) is newer than this console (%2): what is new there is not shown here.</source>
        <translation>Der Server (%1) ist neuer als diese Konsole (%2): Was dort neu ist, fehlt hier.</translation>
    </message>
    <message>
        <source>No token is needed here.</source>
        <translation>Hier ist kein Token nötig.</translation>
    </message>
    <message>
        <source>Accepted with the owner&apos;s token of this computer.</source>
        <translation>Angenommen mit dem Token des Inhabers auf diesem Rechner.</translation>
    </message>
    <message>
        <source>The token is accepted.</source>
        <translation>Das Token ist angenommen.</translation>
    </message>
    <message>
        <source>The server asks for a token. The owner makes one on the page Access, or with “possyncctl token create”; put it into the field above.</source>
        <translation>Der Server verlangt ein Token. Der Inhaber macht eines auf der Seite „Zugang“ oder mit „possyncctl token create“; es gehört in das Feld oben.</translation>
    </message>
    <message>
        <source>The token is unknown here, over or revoked. Was it copied as a whole? The owner can make another on the page Access.</source>
        <translation>Das Token ist hier unbekannt, abgelaufen oder widerrufen. Ist es ganz kopiert worden? Der Inhaber kann auf der Seite „Zugang“ ein neues machen.</translation>
    </message>
    <message>
        <source>This is the token of a tablet. Watching needs one of a viewer, a tester or an owner; the page Access makes it.</source>
        <translation>Dies ist das Token eines Tablets. Zum Beobachten braucht es eines für Betrachter, Tester oder Inhaber; die Seite „Zugang“ macht es.</translation>
    </message>
    <message>
        <source>Only for the restaurant “%1”.</source>
        <translation>Nur für das Restaurant „%1“.</translation>
    </message>
    <message>
        <source>You are an owner: you may do everything.</source>
        <translation>Sie sind Inhaber: Sie dürfen alles.</translation>
    </message>
    <message>
        <source>You are a tester: you see everything and may send test changes, but not make tokens.</source>
        <translation>Sie sind Tester: Sie sehen alles und dürfen Teständerungen senden, aber keine Token machen.</translation>
    </message>
    <message>
        <source>You are a viewer: you see everything and change nothing.</source>
        <translation>Sie sind Betrachter: Sie sehen alles und ändern nichts.</translation>
    </message>
    <message>
        <source>The server does not tell your role; what is not allowed is refused when you try it.</source>
        <translation>Der Server nennt Ihre Rolle nicht; was nicht erlaubt ist, wird abgelehnt, wenn Sie es versuchen.</translation>
    </message>
    <message>
        <source>Your role is %1.</source>
        <translation>Ihre Rolle ist %1.</translation>
    </message>
    <message>
        <source>%1 Compare the fingerprints.</source>
        <translation>%1 Vergleichen Sie die Fingerabdrücke.</translation>
    </message>
</context>
<context>
    <name>possync::gui::Console</name>
    <message>
        <source>The token is kept until the console ends: %1.</source>
        <translation>Das Token wird behalten, bis die Konsole endet: %1.</translation>
    </message>
    <message>
        <source>&amp;Notifications</source>
        <translation>&amp;Mitteilungen</translation>
    </message>
    <message>
        <source>&amp;Tell me when a device needs attention</source>
        <translation>&amp;Mitteilen, wenn ein Gerät Aufmerksamkeit braucht</translation>
    </message>
    <message>
        <source>&amp;Quiet from 23:00 to 8:00, with a summary afterwards</source>
        <translation>&amp;Ruhe von 23:00 bis 8:00, danach eine Zusammenfassung</translation>
    </message>
    <message>
        <source>PosSync console</source>
        <translation>PosSync-Konsole</translation>
    </message>
    <message>
        <source>No server is kept under the name “%1”.</source>
        <translation>Unter dem Namen „%1“ wird kein Server behalten.</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>None is kept yet</source>
        <translation>Noch wird keiner behalten</translation>
    </message>
    <message>
        <source>The token is in the keychain of this computer.</source>
        <translation>Das Token ist im Schlüsselbund dieses Rechners.</translation>
    </message>
    <message>
        <source>The keychain is asked for the token.</source>
        <translation>Der Schlüsselbund wird nach dem Token gefragt.</translation>
    </message>
</context>
<context>
    <name>possync::gui::Convert</name>
    <message>
        <source>“Connect to a server” in the menu “File” takes another token.</source>
        <translation>„Mit einem Server verbinden“ im Menü „Datei“ nimmt ein anderes Token.</translation>
    </message>
    <message>
        <source>“Connect to a server” in the menu “File” shows it, to compare.</source>
        <translation>„Mit einem Server verbinden“ im Menü „Datei“ zeigt es zum Vergleichen.</translation>
    </message>
</context>
<context>
    <name>possync::gui::DataPage</name>
    <message>
        <source>Show its &amp;changes</source>
        <translation>&amp;Änderungen zeigen</translation>
    </message>
    <message>
        <source>Current records</source>
        <translation>Gegenwärtige Datensätze</translation>
    </message>
    <message>
        <source>as of %1</source>
        <translation>Stand %1</translation>
    </message>
    <message>
        <source>Search in these records</source>
        <translation>In diesen Datensätzen suchen</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>Ask the server again (F5)</source>
        <translation>Den Server noch einmal fragen (F5)</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Save these records as CSV or JSON lines</source>
        <translation>Diese Datensätze als CSV oder JSON-Zeilen speichern</translation>
    </message>
    <message>
        <source>Fields of the record</source>
        <translation>Felder des Datensatzes</translation>
    </message>
    <message>
        <source>Choose a restaurant</source>
        <translation>Wählen Sie ein Restaurant</translation>
    </message>
    <message>
        <source>Records belong to one restaurant; choose it in the list at the left.</source>
        <translation>Datensätze gehören zu einem Restaurant; wählen Sie es in der Liste links.</translation>
    </message>
    <message>
        <source>No record matches</source>
        <translation>Kein Datensatz passt</translation>
    </message>
    <message numerus="yes">
        <source>%n record(s) of this type do not contain the text you search for.</source>
        <translation>
            <numerusform>%n Datensatz dieser Art enthält den gesuchten Text nicht.</numerusform>
            <numerusform>%n Datensätze dieser Art enthalten den gesuchten Text nicht.</numerusform>
        </translation>
    </message>
    <message>
        <source>No records</source>
        <translation>Keine Datensätze</translation>
    </message>
    <message>
        <source>There is no connection to a server; records are loaded when there is.</source>
        <translation>Es besteht keine Verbindung zu einem Server; sobald es eine gibt, werden Datensätze geladen.</translation>
    </message>
    <message>
        <source>The records could not be loaded</source>
        <translation>Die Datensätze konnten nicht geladen werden</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>Lädt</translation>
    </message>
    <message>
        <source>Asking the server for the records.</source>
        <translation>Der Server wird nach den Datensätzen gefragt.</translation>
    </message>
    <message>
        <source>None of these yet</source>
        <translation>Noch keine davon</translation>
    </message>
    <message>
        <source>No device has sent a record of this type for this restaurant.</source>
        <translation>Kein Gerät hat für dieses Restaurant einen Datensatz dieser Art gesendet.</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>type, count</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>No record chosen</source>
        <translation>Kein Datensatz gewählt</translation>
    </message>
    <message>
        <source>Not changed since the console began to watch.</source>
        <translation>Nicht geändert, seit die Konsole zusieht.</translation>
    </message>
    <message>
        <source>Last changed by %1, %2: %3</source>
        <translation>Zuletzt geändert von %1, %2: %3</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 an %2</translation>
    </message>
    <message>
        <source>%1  %2 by %3: %4</source>
        <translation>%1  %2 von %3: %4</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Bestellungen</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Speisen</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>Lager</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tische</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Printers</source>
        <translation>Drucker</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>label, id</comment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Choose a record to see all of its fields and who changed what in it.</source>
        <translation>Wählen Sie einen Datensatz, um alle seine Felder zu sehen, und wer was daran geändert hat.</translation>
    </message>
</context>
<context>
    <name>possync::gui::DemoServer</name>
    <message>
        <source>The demo server did not start in time.</source>
        <translation>Der Vorführserver ist nicht rechtzeitig gestartet.</translation>
    </message>
    <message>
        <source>The demo server could not be started: %1.</source>
        <translation>Der Vorführserver ließ sich nicht starten: %1.</translation>
    </message>
    <message>
        <source>The demo server ended at once: %1</source>
        <translation>Der Vorführserver hat sofort geendet: %1</translation>
    </message>
    <message>
        <source>The demo needs possync-server next to this program; it is not there (%1).</source>
        <translation>Die Vorführung braucht possync-server neben diesem Programm; es ist nicht da (%1).</translation>
    </message>
</context>
<context>
    <name>possync::gui::DeviceModel</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Zuletzt da</translation>
    </message>
    <message>
        <source>Round trip</source>
        <translation>Laufzeit</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Uhr</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Puffer</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Stelle</translation>
    </message>
</context>
<context>
    <name>possync::gui::DevicesPage</name>
    <message>
        <source>&amp;Ping</source>
        <translation>&amp;Anpingen</translation>
    </message>
    <message>
        <source>&amp;Disconnect…</source>
        <translation>&amp;Trennen …</translation>
    </message>
    <message>
        <source>Filter devices by any text</source>
        <translation>Geräte nach beliebigem Text filtern</translation>
    </message>
    <message>
        <source>Only with trouble</source>
        <translation>Nur mit Problemen</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>No device matches</source>
        <translation>Kein Gerät passt</translation>
    </message>
    <message numerus="yes">
        <source>%n device(s) are hidden by the filter, the switch “Only with trouble” or the restaurant chosen at the left.</source>
        <translation>
            <numerusform>%n Gerät ist durch den Filter, den Schalter „Nur mit Problemen“ oder das links gewählte Restaurant verborgen.</numerusform>
            <numerusform>%n Geräte sind durch den Filter, den Schalter „Nur mit Problemen“ oder das links gewählte Restaurant verborgen.</numerusform>
        </translation>
    </message>
    <message>
        <source>No devices known</source>
        <translation>Keine Geräte bekannt</translation>
    </message>
    <message>
        <source>There is no connection to a server; devices appear when there is.</source>
        <translation>Es besteht keine Verbindung zu einem Server; sobald es eine gibt, erscheinen Geräte.</translation>
    </message>
    <message>
        <source>No device has connected yet</source>
        <translation>Noch hat sich kein Gerät verbunden</translation>
    </message>
    <message>
        <source>Point a tablet&apos;s sync address at this server; it appears here within a second.</source>
        <translation>Stellen Sie die Sync-Adresse eines Tablets auf diesen Server; es erscheint hier binnen einer Sekunde.</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n device(s)</source>
        <translation>
            <numerusform>%1 von %n Gerät</numerusform>
            <numerusform>%1 von %n Geräten</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a device</source>
        <translation>Wählen Sie ein Gerät</translation>
    </message>
    <message>
        <source>Its state is explained here, with what helps.</source>
        <translation>Sein Zustand wird hier erklärt, und was hilft.</translation>
    </message>
    <message>
        <source>%1 in %2: %3</source>
        <translation>%1 in %2: %3</translation>
    </message>
    <message>
        <source>Not connected to the server</source>
        <translation>Nicht mit dem Server verbunden</translation>
    </message>
    <message>
        <source>This device is not connected</source>
        <translation>Dieses Gerät ist nicht verbunden</translation>
    </message>
    <message>
        <source>Choose a device first</source>
        <translation>Wählen Sie erst ein Gerät</translation>
    </message>
    <message>
        <source>Refused: %1</source>
        <translation>Abgelehnt: %1</translation>
    </message>
    <message>
        <source>%1 answered after %2 ms.</source>
        <translation>%1 hat nach %2 ms geantwortet.</translation>
    </message>
    <message>
        <source>%1 was pinged.</source>
        <translation>%1 wurde angepingt.</translation>
    </message>
    <message>
        <source>Disconnect a device</source>
        <translation>Ein Gerät trennen</translation>
    </message>
    <message>
        <source>Disconnect %1?</source>
        <translation>%1 trennen?</translation>
    </message>
    <message>
        <source>The app connects again by itself after some seconds and receives what it missed. Nothing is lost.</source>
        <translation>Die App verbindet sich nach einigen Sekunden von selbst wieder und bekommt, was sie versäumt hat. Nichts geht verloren.</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Trennen</translation>
    </message>
    <message>
        <source>%1 was disconnected.</source>
        <translation>%1 wurde getrennt.</translation>
    </message>
    <message>
        <source>Re&amp;name…</source>
        <translation>&amp;Umbenennen …</translation>
    </message>
</context>
<context>
    <name>possync::gui::Faults</name>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Riss</translation>
    </message>
    <message>
        <source>Slow</source>
        <translation>Träge</translation>
    </message>
    <message>
        <source>Twice</source>
        <translation>2×</translation>
    </message>
    <message>
        <source>Mixed up</source>
        <translation>Wirr</translation>
    </message>
    <message>
        <source>Garbage</source>
        <translation>Unsinn</translation>
    </message>
    <message>
        <source>Slow reader</source>
        <translation>Liest träge</translation>
    </message>
    <message>
        <source>Clock off</source>
        <translation>Uhr falsch</translation>
    </message>
    <message>
        <source>The device leaves and goes on working.</source>
        <translation>Das Gerät geht und arbeitet weiter.</translation>
    </message>
    <message>
        <source>Cuts the connection once; the device comes back by itself.</source>
        <translation>Kappt die Verbindung einmal; das Gerät kommt von selbst zurück.</translation>
    </message>
    <message>
        <source>Everything takes half a second longer, both ways.</source>
        <translation>Alles dauert eine halbe Sekunde länger, hin und her.</translation>
    </message>
    <message>
        <source>The device sends its changes twice.</source>
        <translation>Das Gerät sendet seine Änderungen zweimal.</translation>
    </message>
    <message>
        <source>The copies of a change come in another order and by two ways.</source>
        <translation>Die Kopien einer Änderung kommen in anderer Reihenfolge und auf zwei Wegen.</translation>
    </message>
    <message>
        <source>The device sends text that is no message, ten times a second.</source>
        <translation>Das Gerät sendet Text, der keine Nachricht ist, zehnmal je Sekunde.</translation>
    </message>
    <message>
        <source>The device takes in only a few bytes at a time.</source>
        <translation>Das Gerät nimmt nur wenige Byte auf einmal auf.</translation>
    </message>
    <message>
        <source>The device&apos;s clock is four minutes behind.</source>
        <translation>Die Uhr des Geräts geht vier Minuten nach.</translation>
    </message>
</context>
<context>
    <name>possync::gui::FieldModel</name>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
</context>
<context>
    <name>possync::gui::FilterEdit</name>
    <message>
        <source>Filter, for example:  type == orders &amp;&amp; data.status == ready   or just  ORD-0042</source>
        <translation>Filter, zum Beispiel:  type == orders &amp;&amp; data.status == ready   oder einfach  ORD-0042</translation>
    </message>
    <message>
        <source>Filter for changes</source>
        <translation>Filter für Änderungen</translation>
    </message>
</context>
<context>
    <name>possync::gui::Insight</name>
    <message>
        <source>Its clock is %1 behind: set the time on the tablet to automatic.</source>
        <translation>Seine Uhr geht %1 nach: Stellen Sie die Zeit am Tablet auf automatisch.</translation>
    </message>
    <message>
        <source>Its clock is %1 ahead: set the time on the tablet to automatic.</source>
        <translation>Seine Uhr geht %1 vor: Stellen Sie die Zeit am Tablet auf automatisch.</translation>
    </message>
    <message>
        <source>It reads too slowly: %1 wait in its connection. Check its Wi-Fi, or disconnect it so that it starts afresh.</source>
        <translation>Es liest zu langsam: %1 warten in seiner Verbindung. Prüfen Sie sein WLAN, oder trennen Sie es, damit es neu beginnt.</translation>
    </message>
    <message>
        <source>Its network is very slow: an answer takes %1. Check its Wi-Fi.</source>
        <translation>Sein Netz ist sehr langsam: Eine Antwort braucht %1. Prüfen Sie sein WLAN.</translation>
    </message>
    <message>
        <source>It is connected but confirms nothing. Wake the tablet and open the app; if that does not help, disconnect it.</source>
        <translation>Es ist verbunden, bestätigt aber nichts. Wecken Sie das Tablet und öffnen Sie die App; hilft das nicht, trennen Sie es.</translation>
    </message>
    <message>
        <source>Catching up, %1 to go</source>
        <translation>Holt auf, noch %1</translation>
    </message>
    <message>
        <source>Behind, %1 waiting for %2</source>
        <translation>Hinkt nach, %1 warten seit %2</translation>
    </message>
    <message>
        <source>Lost %1</source>
        <translation>Verloren %1</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>Verloren</translation>
    </message>
    <message>
        <source>Away since %1</source>
        <translation>Fort seit %1</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Fort</translation>
    </message>
    <message numerus="yes">
        <source>Not connected since %1. %n change(s) wait for it and are sent when it returns.</source>
        <translation>
            <numerusform>Nicht verbunden seit %1. %n Änderung wartet auf das Gerät und wird gesendet, wenn es zurückkommt.</numerusform>
            <numerusform>Nicht verbunden seit %1. %n Änderungen warten auf das Gerät und werden gesendet, wenn es zurückkommt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not connected, and it has missed nothing.</source>
        <translation>Nicht verbunden, und es hat nichts versäumt.</translation>
    </message>
    <message>
        <source>Receiving what it missed; nothing to do.</source>
        <translation>Bekommt, was es versäumt hat; nichts zu tun.</translation>
    </message>
    <message>
        <source>Another tablet uses the same device id: re-register one of them in the app.</source>
        <translation>Ein anderes Tablet benutzt dieselbe Geräte-Id: Melden Sie eines von beiden in der App neu an.</translation>
    </message>
    <message>
        <source>Everything has reached it.</source>
        <translation>Es hat alles bekommen.</translation>
    </message>
    <message>
        <source>last change %1</source>
        <translation>letzte Änderung %1</translation>
    </message>
    <message>
        <source>no change yet</source>
        <translation>noch keine Änderung</translation>
    </message>
    <message>
        <source>%1 is offline and misses %2</source>
        <translation>%1 ist offline und versäumt %2</translation>
    </message>
    <message>
        <source>%1 has %2 waiting</source>
        <translation>auf %1 warten %2</translation>
    </message>
    <message numerus="yes">
        <source> and %n more</source>
        <translation>
            <numerusform> und %n weiteres</numerusform>
            <numerusform> und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 devices behind: %3%4.</source>
        <translation>%1 von %2 Geräten hinken nach: %3%4.</translation>
    </message>
    <message>
        <source>No device has connected; %1.</source>
        <translation>Kein Gerät hat sich verbunden; %1.</translation>
    </message>
    <message>
        <source>No device is connected; nothing is waiting; %1.</source>
        <translation>Kein Gerät ist verbunden; nichts wartet; %1.</translation>
    </message>
    <message>
        <source>Its one device is in sync; %1.</source>
        <translation>Sein einziges Gerät ist auf dem Stand; %1.</translation>
    </message>
    <message>
        <source>All %1 devices in sync; %2.</source>
        <translation>Alle %1 Geräte sind auf dem Stand; %2.</translation>
    </message>
    <message>
        <source>made it</source>
        <translation>hat sie gemacht</translation>
    </message>
    <message>
        <source>has it</source>
        <translation>hat sie</translation>
    </message>
    <message>
        <source>not yet: not connected since %1</source>
        <translation>noch nicht: nicht verbunden seit %1</translation>
    </message>
    <message numerus="yes">
        <source>not yet: %n change(s) behind</source>
        <translation>
            <numerusform>noch nicht: %n Änderung zurück</numerusform>
            <numerusform>noch nicht: %n Änderungen zurück</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %2 is offline and misses %n change(s).</source>
        <translation>
            <numerusform>%1: %2 ist offline und versäumt %n Änderung.</numerusform>
            <numerusform>%1: %2 ist offline und versäumt %n Änderungen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %2 is %n change(s) behind.</source>
        <translation>
            <numerusform>%1: %2 ist %n Änderung zurück.</numerusform>
            <numerusform>%1: %2 ist %n Änderungen zurück.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: two tablets call themselves %2.</source>
        <translation>%1: Zwei Tablets nennen sich %2.</translation>
    </message>
    <message>
        <source>%1: the clock of %2 is wrong.</source>
        <translation>%1: Die Uhr von %2 geht falsch.</translation>
    </message>
    <message>
        <source>Reported by the server.</source>
        <translation>Vom Server gemeldet.</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, id</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) are on the way to it.</source>
        <translation>
            <numerusform>%n Änderung ist unterwegs zu ihm.</numerusform>
            <numerusform>%n Änderungen sind unterwegs zu ihm.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::LabPage</name>
    <message>
        <source>classic</source>
        <translation>klassisch</translation>
    </message>
    <message>
        <source>v2</source>
        <translation>v2</translation>
    </message>
    <message>
        <source>both</source>
        <translation>beides</translation>
    </message>
    <message>
        <source>They speak</source>
        <translation>Sie sprechen</translation>
    </message>
    <message>
        <source>Record and replay</source>
        <translation>Aufzeichnen und abspielen</translation>
    </message>
    <message>
        <source>● Record and replay</source>
        <translation>● Aufzeichnen und abspielen</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Save &amp;report…</source>
        <translation>&amp;Bericht speichern …</translation>
    </message>
    <message>
        <source>Your own crew</source>
        <translation>Eigene Mannschaft</translation>
    </message>
    <message>
        <source>Scenarios</source>
        <translation>Szenarien</translation>
    </message>
    <message>
        <source>&amp;Open a scenario file…</source>
        <translation>Szenariodatei ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open a scenario</source>
        <translation>Ein Szenario öffnen</translation>
    </message>
    <message>
        <source>Scenarios (*.toml)</source>
        <translation>Szenarien (*.toml)</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Changes a second, together</source>
        <translation>Änderungen je Sekunde, zusammen</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>What is expected</source>
        <translation>Was erwartet wird</translation>
    </message>
    <message>
        <source>No expectations yet</source>
        <translation>Noch keine Erwartungen</translation>
    </message>
    <message>
        <source>What the scenario expects appears here when its step begins.</source>
        <translation>Was das Szenario erwartet, erscheint hier, wenn der Schritt beginnt.</translation>
    </message>
    <message>
        <source>Start it: what is expected appears here and turns green or red.</source>
        <translation>Starten Sie es: Was erwartet wird, erscheint hier und wird grün oder rot.</translation>
    </message>
    <message>
        <source>Virtual devices and their faults</source>
        <translation>Virtuelle Geräte und ihre Störungen</translation>
    </message>
    <message>
        <source>No virtual devices</source>
        <translation>Keine virtuellen Geräte</translation>
    </message>
    <message>
        <source>While it runs they are listed here; the switches make trouble for one of them.</source>
        <translation>Solange es läuft, stehen sie hier; die Schalter stören eines von ihnen.</translation>
    </message>
    <message>
        <source>What happens, with its time.</source>
        <translation>Was geschieht, mit der Zeit.</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>%1 ist nicht lesbar.</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Tablet %1</source>
        <translation>Tablet %1</translation>
    </message>
    <message>
        <source>As many virtual tablets as you like do what an evening brings, in a restaurant of their own. Make trouble for them with the switches below.</source>
        <translation>Beliebig viele virtuelle Tablets tun, was ein Abend bringt, in einem eigenen Restaurant. Mit den Schaltern unten stören Sie sie.</translation>
    </message>
    <message numerus="yes">
        <source>%1 %n device(s) in “%2”, about %3.</source>
        <translation>
            <numerusform>%1 %n Gerät in „%2“, etwa %3.</numerusform>
            <numerusform>%1 %n Geräte in „%2“, etwa %3.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not connected to a server.</source>
        <translation>Mit keinem Server verbunden.</translation>
    </message>
    <message>
        <source>“%1” is a live restaurant: %2 works in it. A scenario needs a restaurant of its own.</source>
        <translation>„%1“ ist ein Restaurant in Betrieb: %2 arbeitet darin. Ein Szenario braucht ein eigenes Restaurant.</translation>
    </message>
    <message>
        <source>Ready.</source>
        <translation>Bereit.</translation>
    </message>
    <message>
        <source>Connecting the devices</source>
        <translation>Die Geräte verbinden sich</translation>
    </message>
    <message>
        <source>Playing, %1 of %2</source>
        <translation>Läuft, %1 von %2</translation>
    </message>
    <message>
        <source>All faults healed; waiting until everybody has everything</source>
        <translation>Alle Störungen behoben; es wird gewartet, bis alle alles haben</translation>
    </message>
    <message>
        <source>Comparing the records</source>
        <translation>Die Datensätze werden verglichen</translation>
    </message>
    <message>
        <source>Passed: nothing lost, nothing twice, all the same.</source>
        <translation>Bestanden: nichts verloren, nichts doppelt, alle gleich.</translation>
    </message>
    <message>
        <source>Failed.</source>
        <translation>Nicht bestanden.</translation>
    </message>
    <message>
        <source>sent: %1  ·  delivered: %2 of %3</source>
        <translation>gesendet: %1  ·  zugestellt: %2 von %3</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Den Bericht speichern</translation>
    </message>
    <message>
        <source>Page for people (*.html);;JSON (*.json);;JUnit for build servers (*.xml)</source>
        <translation>Seite für Menschen (*.html);;JSON (*.json);;JUnit für Bauserver (*.xml)</translation>
    </message>
    <message>
        <source>Wrote %1.</source>
        <translation>%1 ist geschrieben.</translation>
    </message>
    <message>
        <source>A report is called .html, .json or .xml.</source>
        <translation>Ein Bericht heißt .html, .json oder .xml.</translation>
    </message>
    <message>
        <source>Could not write %1.</source>
        <translation>%1 ließ sich nicht schreiben.</translation>
    </message>
    <message>
        <source>Test bench</source>
        <translation>Prüfstand</translation>
    </message>
</context>
<context>
    <name>possync::gui::LiveGuard</name>
    <message>
        <source>A live restaurant</source>
        <translation>Ein Restaurant in Betrieb</translation>
    </message>
    <message numerus="yes">
        <source>This goes to %n real device(s) in %1.</source>
        <translation>
            <numerusform>Dies geht an %n wirkliches Gerät in %1.</numerusform>
            <numerusform>Dies geht an %n wirkliche Geräte in %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>The restaurant stays unlocked for ten minutes; the red frame says so.</source>
        <translation>Das Restaurant bleibt zehn Minuten entsperrt; der rote Rahmen sagt es.</translation>
    </message>
</context>
<context>
    <name>possync::gui::LogModel</name>
    <message>
        <source>Debug</source>
        <translation>Debug</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Info</source>
        <translation>Info</translation>
    </message>
</context>
<context>
    <name>possync::gui::LogsPage</name>
    <message>
        <source>Log lines</source>
        <translation>Zeilen des Logs</translation>
    </message>
    <message>
        <source>No line matches</source>
        <translation>Keine Zeile passt</translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) are hidden by the levels or the filter above.</source>
        <translation>
            <numerusform>%n Zeile ist durch die Stufen oder den Filter oben verborgen.</numerusform>
            <numerusform>%n Zeilen sind durch die Stufen oder den Filter oben verborgen.</numerusform>
        </translation>
    </message>
    <message>
        <source>No log lines</source>
        <translation>Keine Zeilen im Log</translation>
    </message>
    <message>
        <source>There is no connection to a server; its log appears when there is.</source>
        <translation>Es besteht keine Verbindung zu einem Server; sobald es eine gibt, erscheint sein Log.</translation>
    </message>
    <message>
        <source>The server has not logged anything yet</source>
        <translation>Der Server hat noch nichts ins Log geschrieben</translation>
    </message>
    <message>
        <source>New lines appear here by themselves.</source>
        <translation>Neue Zeilen erscheinen hier von selbst.</translation>
    </message>
    <message>
        <source>The line you choose is shown here in full.</source>
        <translation>Die gewählte Zeile steht hier ganz.</translation>
    </message>
    <message>
        <source>Chosen log line in full</source>
        <translation>Gewählte Zeile des Logs, ganz</translation>
    </message>
    <message>
        <source>Show or hide lines of this level</source>
        <translation>Zeilen dieser Stufe zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show only lines with this text</source>
        <translation>Nur Zeilen mit diesem Text zeigen</translation>
    </message>
    <message>
        <source>Find (F3 next)</source>
        <translation>Suchen (F3 weiter)</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Keep the newest line in view; scrolling up lets go, End takes hold again</source>
        <translation>Die neueste Zeile im Blick behalten; Zurückblättern lässt los, Ende fasst wieder zu</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>&amp;Copy lines</source>
        <translation>Zeilen &amp;kopieren</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>level, count</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 shown</source>
        <translation>%1 zu sehen</translation>
    </message>
    <message>
        <source>“%1” is in none of the lines shown.</source>
        <translation>„%1“ steht in keiner der gezeigten Zeilen.</translation>
    </message>
    <message>
        <source>Export the lines shown</source>
        <translation>Die gezeigten Zeilen exportieren</translation>
    </message>
    <message numerus="yes">
        <source>Wrote %n line(s) to %1.</source>
        <translation>
            <numerusform>%n Zeile in %1 geschrieben.</numerusform>
            <numerusform>%n Zeilen in %1 geschrieben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Could not write %1: %2</source>
        <translation>%1 ließ sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>Log</translation>
    </message>
</context>
<context>
    <name>possync::gui::MainWindow</name>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Search or jump   Ctrl+K</source>
        <translation>Suchen oder springen   Strg+K</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>page, keys</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Connect to a server…</source>
        <translation>Mit einem Server &amp;verbinden …</translation>
    </message>
    <message>
        <source>&amp;Retry the connection now</source>
        <translation>Verbindung &amp;jetzt versuchen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>&amp;Gehe zu</translation>
    </message>
    <message>
        <source>Search or &amp;jump…</source>
        <translation>Suchen oder &amp;springen …</translation>
    </message>
    <message>
        <source>Find a &amp;restaurant</source>
        <translation>Ein &amp;Restaurant finden</translation>
    </message>
    <message>
        <source>&amp;Find on this page</source>
        <translation>Auf dieser Seite &amp;suchen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Theme of the &amp;system</source>
        <translation>Wie das S&amp;ystem</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>L&amp;anguage</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Aufteilung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;About PosSync</source>
        <translation>&amp;Über PosSync</translation>
    </message>
    <message>
        <source>About PosSync</source>
        <translation>Über PosSync</translation>
    </message>
    <message>
        <source>&lt;b&gt;PosSync console %1&lt;/b&gt;&lt;p&gt;Shows what the devices of a restaurant agree on, and where they do not.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later.&lt;/p&gt;</source>
        <translation>&lt;b&gt;PosSync-Konsole %1&lt;/b&gt;&lt;p&gt;Zeigt, worin die Geräte eines Restaurants übereinstimmen und worin nicht.&lt;/p&gt;&lt;p&gt;Freie Software unter der GNU General Public License, Version 3 oder später.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>Über &amp;Qt</translation>
    </message>
    <message>
        <source>The language changes when the console is started again.</source>
        <translation>Die Sprache wechselt, wenn die Konsole neu gestartet wird.</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das S&amp;ystem</translation>
    </message>
    <message>
        <source>Changes: %1 now · %2 recorded</source>
        <translation>Änderungen: jetzt %1 · %2 aufgezeichnet</translation>
    </message>
    <message numerus="yes">
        <source>The console could not keep up: %n message(s) of “%1” were left out of the view.</source>
        <translation>
            <numerusform>Die Konsole kam nicht mit: %n Nachricht zu „%1“ fehlt in der Ansicht.</numerusform>
            <numerusform>Die Konsole kam nicht mit: %n Nachrichten zu „%1“ fehlen in der Ansicht.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>page, news</comment>
        <translation>%1 · %2</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n new</source>
        <translation>
            <numerusform>%1, %n neuer</numerusform>
            <numerusform>%1, %n neue</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 – PosSync</source>
        <translation>%1 – PosSync</translation>
    </message>
    <message>
        <source>LIVE: %1 unlocked for test changes, locked again in %2.</source>
        <translation>IN BETRIEB: %1 ist für Teständerungen entsperrt und in %2 wieder gesperrt.</translation>
    </message>
    <message>
        <source>Page · %1</source>
        <translation>Seite · %1</translation>
    </message>
    <message>
        <source>All restaurants</source>
        <translation>Alle Restaurants</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>Device in %1</source>
        <translation>Gerät in %1</translation>
    </message>
    <message>
        <source>Connect to a server…</source>
        <translation>Mit einem Server verbinden …</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Retry the connection now</source>
        <translation>Verbindung jetzt versuchen</translation>
    </message>
    <message>
        <source>Pair a tablet…</source>
        <translation>Ein Tablet koppeln …</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>Helles Aussehen</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>Dunkles Aussehen</translation>
    </message>
    <message>
        <source>Reset layout</source>
        <translation>Aufteilung zurücksetzen</translation>
    </message>
    <message>
        <source>View · %1</source>
        <translation>Ansicht · %1</translation>
    </message>
    <message>
        <source>Who changed “%1” last?</source>
        <translation>Wer hat „%1“ zuletzt geändert?</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Devices with “%1”</source>
        <translation>Geräte mit „%1“</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Conflicts about “%1”</source>
        <translation>Konflikte um „%1“</translation>
    </message>
    <message>
        <source>Conflicts</source>
        <translation>Konflikte</translation>
    </message>
    <message>
        <source>The layout is as it was at first.</source>
        <translation>Die Aufteilung ist wie am Anfang.</translation>
    </message>
    <message>
        <source>Rename %1…</source>
        <translation>%1 umbenennen …</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen …</translation>
    </message>
</context>
<context>
    <name>possync::gui::Notices</name>
    <message>
        <source>The quiet hours are over</source>
        <translation>Die Ruhezeit ist vorbei</translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) needed attention meanwhile.</source>
        <translation>
            <numerusform>%n Sache brauchte inzwischen Aufmerksamkeit.</numerusform>
            <numerusform>%n Sachen brauchten inzwischen Aufmerksamkeit.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 comes and goes</source>
        <translation>%1 kommt und geht</translation>
    </message>
    <message numerus="yes">
        <source>%n time(s) in ten minutes in %1. You are not told again until it is calm.</source>
        <translation>
            <numerusform>%n Mal in zehn Minuten in %1. Bis Ruhe ist, hören Sie davon nichts mehr.</numerusform>
            <numerusform>%n Mal in zehn Minuten in %1. Bis Ruhe ist, hören Sie davon nichts mehr.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::OverviewPage</name>
    <message>
        <source>Needs attention</source>
        <translation>Braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>What needs attention</source>
        <translation>Was Aufmerksamkeit braucht</translation>
    </message>
    <message>
        <source>What would you like to know?</source>
        <translation>Was möchten Sie wissen?</translation>
    </message>
    <message>
        <source>Which device is behind, and why?</source>
        <translation>Welches Gerät hinkt nach, und warum?</translation>
    </message>
    <message>
        <source>Who changed an order last?</source>
        <translation>Wer hat eine Bestellung zuletzt geändert?</translation>
    </message>
    <message>
        <source>Send a test order to the kitchen</source>
        <translation>Eine Testbestellung in die Küche senden</translation>
    </message>
    <message>
        <source>Nothing is known yet, because there is no connection to a server. The line at the top says why; File &gt; Connect chooses a server.</source>
        <translation>Noch ist nichts bekannt, denn es besteht keine Verbindung zu einem Server. Die Zeile oben sagt, warum; „Datei“, „Mit einem Server verbinden“ wählt einen.</translation>
    </message>
    <message>
        <source>No restaurant has connected yet. Point a tablet at this server, or run possync-server --demo to see a restaurant at work.</source>
        <translation>Noch hat sich kein Restaurant verbunden. Richten Sie ein Tablet auf diesen Server, oder starten Sie possync-server --demo, um ein Restaurant bei der Arbeit zu sehen.</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more restaurant(s) that are no worse; use the list at the left.</source>
        <translation>
            <numerusform>… und %n weiteres Restaurant, dem es nicht schlechter geht; siehe die Liste links.</numerusform>
            <numerusform>… und %n weitere Restaurants, denen es nicht schlechter geht; siehe die Liste links.</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting for the first restaurant</source>
        <translation>Es wird auf das erste Restaurant gewartet</translation>
    </message>
    <message>
        <source>All is well</source>
        <translation>Alles ist gut</translation>
    </message>
    <message>
        <source>All %1 restaurants are well</source>
        <translation>Allen %1 Restaurants geht es gut</translation>
    </message>
    <message numerus="yes">
        <source>%n of %1 restaurants need a look</source>
        <translation>
            <numerusform>%n von %1 Restaurants braucht einen Blick</numerusform>
            <numerusform>%n von %1 Restaurants brauchen einen Blick</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n change(s) gave way to another.</source>
        <translation>
            <numerusform>%1: %n Änderung musste vor einer anderen zurückstehen.</numerusform>
            <numerusform>%1: %n Änderungen mussten vor anderen zurückstehen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Two people changed the same thing; a rule decided. Look whether it is what they meant.</source>
        <translation>Zwei Leute haben dasselbe geändert; eine Regel hat entschieden. Sehen Sie nach, ob es so gemeint war.</translation>
    </message>
    <message>
        <source>Nothing. Devices that fall behind or vanish with changes waiting appear here.</source>
        <translation>Nichts. Geräte, die nachhinken oder mit wartenden Änderungen verschwinden, erscheinen hier.</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… und %n weiteres</numerusform>
            <numerusform>… und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Show changes</source>
        <translation>Änderungen zeigen</translation>
    </message>
    <message>
        <source>Show conflicts</source>
        <translation>Konflikte zeigen</translation>
    </message>
    <message>
        <source>Ping it</source>
        <translation>Anpingen</translation>
    </message>
    <message>
        <source>Show device</source>
        <translation>Gerät zeigen</translation>
    </message>
    <message>
        <source>No ping: %1</source>
        <translation>Kein Ping: %1</translation>
    </message>
    <message>
        <source>%1 was pinged; its round trip is on the Devices page.</source>
        <translation>%1 wurde angepingt; die Laufzeit steht auf der Seite „Geräte“.</translation>
    </message>
    <message>
        <source>Not connected: nothing was sent.</source>
        <translation>Nicht verbunden: Es wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Überblick</translation>
    </message>
</context>
<context>
    <name>possync::gui::PairingPane</name>
    <message>
        <source>&amp;Show a code</source>
        <translation>&amp;Code zeigen</translation>
    </message>
    <message>
        <source>A &amp;new tablet instead</source>
        <translation>Doch ein &amp;neues Tablet</translation>
    </message>
    <message>
        <source>such as Tablet 3</source>
        <translation>etwa Tablet 3</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>Used as</source>
        <translation>Gebraucht als</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Pairing code</source>
        <translation>Kopplungscode</translation>
    </message>
    <message>
        <source>A code makes one tablet a device of the restaurant. It holds for ten minutes and once.</source>
        <translation>Ein Code macht ein Tablet zu einem Gerät des Restaurants. Er gilt zehn Minuten und einmal.</translation>
    </message>
    <message>
        <source>Another tablet takes the place of %1, with its role and name. The former works until the new one is there, and then no more.</source>
        <translation>Ein anderes Tablet tritt an die Stelle von %1, mit dessen Rolle und Namen. Das bisherige arbeitet, bis das neue da ist, und dann nicht mehr.</translation>
    </message>
    <message>
        <source>Not connected to the server</source>
        <translation>Nicht mit dem Server verbunden</translation>
    </message>
    <message>
        <source>No code: %1</source>
        <translation>Kein Code: %1</translation>
    </message>
    <message>
        <source>The server&apos;s answer makes no sense: %1.</source>
        <translation>Die Antwort des Servers ergibt keinen Sinn: %1.</translation>
    </message>
    <message>
        <source>The server listens to this computer only: a tablet cannot reach it. Start it with --host 0.0.0.0 and make a new code.</source>
        <translation>Der Server ist nur für diesen Rechner da: Ein Tablet erreicht ihn nicht. Starten Sie ihn mit --host 0.0.0.0, und machen Sie einen neuen Code.</translation>
    </message>
    <message>
        <source>Scan it with the tablet, or open %1 there and type the code.</source>
        <translation>Lesen Sie ihn mit dem Tablet, oder öffnen Sie dort %1 und geben Sie den Code ein.</translation>
    </message>
    <message>
        <source>The code is over; nobody used it.</source>
        <translation>Der Code ist abgelaufen; niemand hat ihn benutzt.</translation>
    </message>
    <message>
        <source>Holds for %1:%2</source>
        <translation>Gilt noch %1:%2</translation>
    </message>
    <message>
        <source>Done: the tablet has its token.</source>
        <translation>Fertig: Das Tablet hat sein Token.</translation>
    </message>
</context>
<context>
    <name>possync::gui::QrView</name>
    <message>
        <source>QR code</source>
        <translation>QR-Code</translation>
    </message>
</context>
<context>
    <name>possync::gui::QtChartPane</name>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1, chart over time</source>
        <translation>%1, Verlauf über die Zeit</translation>
    </message>
    <message>
        <source>Show the line %1</source>
        <translation>Die Linie %1 zeigen</translation>
    </message>
    <message>
        <source>Show or hide this line</source>
        <translation>Diese Linie zeigen oder verbergen</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 um %2</translation>
    </message>
    <message>
        <source>Not observed: the console was not connected from %1 to %2.</source>
        <translation>Nicht beobachtet: Die Konsole war von %1 bis %2 nicht verbunden.</translation>
    </message>
</context>
<context>
    <name>possync::gui::RecordHistory</name>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>field, value</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 %2 → %3</source>
        <translation>%1 %2 → %3</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 an %2</translation>
    </message>
    <message>
        <source>%1  %2, %3: %4</source>
        <comment>time, who, action, fields</comment>
        <translation>%1  %2, %3: %4</translation>
    </message>
    <message>
        <source>nothing new</source>
        <translation>nichts Neues</translation>
    </message>
    <message>
        <source>Show as it &amp;was</source>
        <translation>Zeigen, wie es &amp;war</translation>
    </message>
    <message>
        <source>Show as it &amp;is</source>
        <translation>Zeigen, wie es &amp;ist</translation>
    </message>
    <message>
        <source>Its changes, newest first; choose one to see the record then</source>
        <translation>Seine Änderungen, neueste zuerst; eine wählen, um den Datensatz von damals zu sehen</translation>
    </message>
    <message>
        <source>Moment</source>
        <translation>Zeitpunkt</translation>
    </message>
    <message>
        <source>Older changes of it are no longer kept.</source>
        <translation>Ältere Änderungen werden nicht mehr aufbewahrt.</translation>
    </message>
    <message>
        <source>As it was at %1.</source>
        <translation>Wie es um %1 war.</translation>
    </message>
    <message>
        <source>It was deleted.</source>
        <translation>Er war gelöscht.</translation>
    </message>
    <message>
        <source>Some of it is no longer known.</source>
        <translation>Einiges davon ist nicht mehr bekannt.</translation>
    </message>
</context>
<context>
    <name>possync::gui::RecordModel</name>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n Eintrag</numerusform>
            <numerusform>%n Einträge</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>possync::gui::RenameDialog</name>
    <message>
        <source>Rename a restaurant</source>
        <translation>Ein Restaurant umbenennen</translation>
    </message>
    <message>
        <source>Rename a device</source>
        <translation>Ein Gerät umbenennen</translation>
    </message>
    <message>
        <source>What people call the restaurant %1:</source>
        <translation>Wie Menschen das Restaurant %1 nennen:</translation>
    </message>
    <message>
        <source>What people call the device %1 of %2:</source>
        <translation>Wie Menschen das Gerät %1 von %2 nennen:</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>At most 80 characters. If it is left empty, the id is shown.</source>
        <translation>Höchstens 80 Zeichen. Bleibt das Feld leer, wird die Id gezeigt.</translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation>&amp;Umbenennen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Not connected to the server; the name is as before.</source>
        <translation>Nicht mit dem Server verbunden; der Name ist wie zuvor.</translation>
    </message>
    <message>
        <source>%1 goes by its id.</source>
        <translation>%1 wird jetzt mit der Id gezeigt.</translation>
    </message>
    <message>
        <source>%1 is called “%2” now.</source>
        <translation>%1 heißt jetzt „%2“.</translation>
    </message>
</context>
<context>
    <name>possync::gui::RestaurantCard</name>
    <message>
        <source>Changes per second in the last 5 minutes</source>
        <translation>Änderungen je Sekunde in den letzten 5 Minuten</translation>
    </message>
    <message>
        <source>%1 of %2 devices · %3 · %4 waiting</source>
        <translation>%1 von %2 Geräten · %3 · %4 wartend</translation>
    </message>
</context>
<context>
    <name>possync::gui::RestaurantModel</name>
    <message numerus="yes">
        <source>%1 · %n device(s) · %2</source>
        <translation>
            <numerusform>%1 · %n Gerät · %2</numerusform>
            <numerusform>%1 · %n Geräte · %2</numerusform>
        </translation>
    </message>
    <message>
        <source>All restaurants</source>
        <translation>Alle Restaurants</translation>
    </message>
    <message numerus="yes">
        <source>%n restaurant(s) · %1</source>
        <translation>
            <numerusform>%n Restaurant · %1</numerusform>
            <numerusform>%n Restaurants · %1</numerusform>
        </translation>
    </message>
    <message>
        <source>All restaurants, worst state: %1</source>
        <translation>Alle Restaurants, schlimmster Zustand: %1</translation>
    </message>
</context>
<context>
    <name>possync::gui::RestaurantPanel</name>
    <message>
        <source>Find a restaurant</source>
        <translation>Ein Restaurant finden</translation>
    </message>
    <message>
        <source>Ctrl+L</source>
        <translation>Strg+L</translation>
    </message>
    <message>
        <source>Restaurants</source>
        <translation>Restaurants</translation>
    </message>
    <message>
        <source>Re&amp;name…</source>
        <translation>&amp;Umbenennen …</translation>
    </message>
    <message>
        <source>Re&amp;name… (%1)</source>
        <comment>why not</comment>
        <translation>Umbe&amp;nennen … (%1)</translation>
    </message>
</context>
<context>
    <name>possync::gui::SentHistory</name>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
</context>
<context>
    <name>possync::gui::ServerLink</name>
    <message>
        <source>%1 Whether it was done is not known.</source>
        <translation>%1 Ob es geschehen ist, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>log</source>
        <translation>Log</translation>
    </message>
</context>
<context>
    <name>possync::gui::Session</name>
    <message>
        <source>No server chosen</source>
        <translation>Kein Server gewählt</translation>
    </message>
    <message>
        <source>Connecting to %1 (try %2)</source>
        <translation>Verbinde mit %1 (Versuch %2)</translation>
    </message>
    <message>
        <source>Connecting to %1</source>
        <translation>Verbinde mit %1</translation>
    </message>
    <message>
        <source>Connected to %1 · %2 ms</source>
        <translation>Verbunden mit %1 · %2 ms</translation>
    </message>
    <message>
        <source>Connected to %1</source>
        <translation>Verbunden mit %1</translation>
    </message>
    <message>
        <source>Reconnecting in %1 s (try %2)</source>
        <translation>Neue Verbindung in %1 s (Versuch %2)</translation>
    </message>
    <message>
        <source>Refused by %1</source>
        <translation>Abgelehnt von %1</translation>
    </message>
    <message>
        <source>All restaurants</source>
        <translation>Alle Restaurants</translation>
    </message>
    <message>
        <source>Not connected to the server</source>
        <translation>Nicht mit dem Server verbunden</translation>
    </message>
    <message>
        <source>You are here as a viewer; owners and testers can rename</source>
        <translation>Sie sind als Betrachter hier; umbenennen können Inhaber und Tester</translation>
    </message>
</context>
<context>
    <name>possync::gui::State</name>
    <message>
        <source>In sync</source>
        <translation>Auf dem Stand</translation>
    </message>
    <message>
        <source>Catching up</source>
        <translation>Holt auf</translation>
    </message>
    <message>
        <source>Behind</source>
        <translation>Hinkt nach</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Fort</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>Verloren</translation>
    </message>
    <message>
        <source>No devices</source>
        <translation>Keine Geräte</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
</context>
<context>
    <name>possync::gui::TableExport</name>
    <message>
        <source>&amp;Copy rows</source>
        <translation>Zeilen &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy rows with &amp;headers</source>
        <translation>Zeilen mit Über&amp;schriften kopieren</translation>
    </message>
    <message>
        <source>Could not write %1: %2</source>
        <translation>%1 ließ sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>The table changed while it was being written; please export again.</source>
        <translation>Die Tabelle hat sich beim Schreiben geändert; bitte noch einmal exportieren.</translation>
    </message>
    <message numerus="yes">
        <source>Wrote %n row(s) to %1.</source>
        <translation>
            <numerusform>%n Zeile in %1 geschrieben.</numerusform>
            <numerusform>%n Zeilen in %1 geschrieben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Export what is shown</source>
        <translation>Exportieren, was zu sehen ist</translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation>CSV-Tabelle (*.csv)</translation>
    </message>
    <message>
        <source>JSON lines (*.jsonl)</source>
        <translation>JSON-Zeilen (*.jsonl)</translation>
    </message>
</context>
<context>
    <name>possync::gui::TokensPane</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>Zuletzt benutzt</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>Endet</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Id</translation>
    </message>
    <message>
        <source>&amp;Revoke…</source>
        <translation>&amp;Widerrufen …</translation>
    </message>
    <message>
        <source>Re&amp;place the tablet…</source>
        <translation>Tablet &amp;ersetzen …</translation>
    </message>
    <message>
        <source>&amp;Make the token</source>
        <translation>Das Token &amp;machen</translation>
    </message>
    <message>
        <source>Filter by name, role, restaurant or id</source>
        <translation>Nach Name, Rolle, Restaurant oder Id filtern</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>No token matches</source>
        <translation>Kein Token passt</translation>
    </message>
    <message>
        <source>Esc or the cross in the filter shows all.</source>
        <translation>Esc oder das Kreuz im Filter zeigt alle.</translation>
    </message>
    <message>
        <source>No tokens known</source>
        <translation>Keine Token bekannt</translation>
    </message>
    <message>
        <source>There is no connection to a server; tokens are listed when there is.</source>
        <translation>Es besteht keine Verbindung zu einem Server; sobald es eine gibt, stehen die Token hier.</translation>
    </message>
    <message>
        <source>Tokens are for the owner</source>
        <translation>Token sind Sache des Inhabers</translation>
    </message>
    <message>
        <source>No tokens</source>
        <translation>Keine Token</translation>
    </message>
    <message>
        <source>Nobody needs one on this computer; make one at the right for others.</source>
        <translation>Auf diesem Rechner braucht niemand eines; für andere machen Sie rechts eines.</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>Lädt</translation>
    </message>
    <message>
        <source>Asking the server for its tokens.</source>
        <translation>Der Server wird nach seinen Token gefragt.</translation>
    </message>
    <message>
        <source>A token for a person or a program</source>
        <translation>Ein Token für eine Person oder ein Programm</translation>
    </message>
    <message>
        <source>Tablets are better paired: see “Pair a tablet”.</source>
        <translation>Tablets koppelt man besser: siehe „Tablet koppeln“.</translation>
    </message>
    <message>
        <source>in 30 days</source>
        <translation>in 30 Tagen</translation>
    </message>
    <message>
        <source>in a day</source>
        <translation>in einem Tag</translation>
    </message>
    <message>
        <source>in a year</source>
        <translation>in einem Jahr</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>for whom</source>
        <translation>für wen</translation>
    </message>
    <message>
        <source>This is the token. It is shown this once: copy it now.</source>
        <translation>Dies ist das Token. Es ist nur dieses eine Mal zu sehen: Kopieren Sie es jetzt.</translation>
    </message>
    <message>
        <source>The new token</source>
        <translation>Das neue Token</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Hide it</source>
        <translation>&amp;Verbergen</translation>
    </message>
    <message>
        <source>all restaurants</source>
        <translation>alle Restaurants</translation>
    </message>
    <message>
        <source>Not connected to the server</source>
        <translation>Nicht mit dem Server verbunden</translation>
    </message>
    <message>
        <source>Choose a token first</source>
        <translation>Wählen Sie erst ein Token</translation>
    </message>
    <message>
        <source>Not made: %1</source>
        <translation>Nicht gemacht: %1</translation>
    </message>
    <message>
        <source>Revoke a token</source>
        <translation>Ein Token widerrufen</translation>
    </message>
    <message>
        <source>Revoke the token of %1?</source>
        <translation>Das Token von %1 widerrufen?</translation>
    </message>
    <message>
        <source>Whoever is connected with it is cut off at once and cannot come back with it. What a tablet has not sent stays on it. This cannot be undone.</source>
        <translation>Wer damit verbunden ist, wird sofort getrennt und kann damit nicht wiederkommen. Was ein Tablet nicht gesendet hat, bleibt auf ihm. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>Widerrufen</translation>
    </message>
    <message>
        <source>The token of %1 is revoked.</source>
        <translation>Das Token von %1 ist widerrufen.</translation>
    </message>
    <message>
        <source>Not revoked: %1</source>
        <translation>Nicht widerrufen: %1</translation>
    </message>
</context>
<context>
    <name>possync::gui::TrafficPage</name>
    <message>
        <source>Changes by type</source>
        <translation>Änderungen nach Art</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Bestellungen</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Speisen</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>Lager</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tische</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Printers</source>
        <translation>Drucker</translation>
    </message>
    <message>
        <source>Deliveries to devices</source>
        <translation>Zustellungen an Geräte</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Zugestellt</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Latency of a change</source>
        <translation>Dauer einer Änderung</translation>
    </message>
    <message>
        <source>Half below</source>
        <translation>Hälfte unter</translation>
    </message>
    <message>
        <source>99 of 100 below</source>
        <translation>99 von 100 unter</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>In</source>
        <translation>Herein</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Hinaus</translation>
    </message>
    <message>
        <source>Connected devices</source>
        <translation>Verbundene Geräte</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>1 min</source>
        <translation>1 min</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 min</translation>
    </message>
    <message>
        <source>15 min</source>
        <translation>15 min</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 h</translation>
    </message>
    <message>
        <source>6 h</source>
        <translation>6 h</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 Tage</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 Tage</translation>
    </message>
    <message>
        <source>Show the last %1</source>
        <translation>Die letzten %1 zeigen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Hold the picture still (Space); recording goes on</source>
        <translation>Das Bild anhalten (Leertaste); aufgezeichnet wird weiter</translation>
    </message>
    <message>
        <source>Zoom back</source>
        <translation>Zoom zurück</translation>
    </message>
    <message>
        <source>Undo the last zoom (Backspace)</source>
        <translation>Den letzten Zoom zurücknehmen (Rücktaste)</translation>
    </message>
    <message>
        <source>Picture…</source>
        <translation>Bild …</translation>
    </message>
    <message>
        <source>Save the charts as a PNG picture</source>
        <translation>Die Diagramme als PNG-Bild speichern</translation>
    </message>
    <message>
        <source>CSV…</source>
        <translation>CSV …</translation>
    </message>
    <message>
        <source>Save the values shown as a table</source>
        <translation>Die gezeigten Werte als Tabelle speichern</translation>
    </message>
    <message>
        <source>Nothing was measured in this time</source>
        <translation>In dieser Zeit wurde nichts gemessen</translation>
    </message>
    <message>
        <source>Measuring; the first values come within a second</source>
        <translation>Es wird gemessen; die ersten Werte kommen binnen einer Sekunde</translation>
    </message>
    <message>
        <source>No values: not connected to a server</source>
        <translation>Keine Werte: mit keinem Server verbunden</translation>
    </message>
    <message>
        <source>Zoomed</source>
        <translation>Vergrößert</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>Angehalten um %1</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Time (UTC)</source>
        <translation>Zeit (UTC)</translation>
    </message>
    <message>
        <source>Wrote %1.</source>
        <translation>%1 ist geschrieben.</translation>
    </message>
    <message>
        <source>Could not write %1.</source>
        <translation>%1 ließ sich nicht schreiben.</translation>
    </message>
    <message>
        <source>Save the charts</source>
        <translation>Die Diagramme speichern</translation>
    </message>
    <message>
        <source>Save the values</source>
        <translation>Die Werte speichern</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Verkehr</translation>
    </message>
</context>
<context>
    <name>possync::gui::TrustPanel</name>
    <message>
        <source>This is NOT the certificate you trusted. If nobody has set up the server anew, somebody may stand between you and it: then do not go on. Compare the new words with those that “possync-server init-tls” prints on the server&apos;s computer.</source>
        <translation>Dies ist NICHT das Zertifikat, dem Sie vertraut haben. Hat niemand den Server neu eingerichtet, dann steht vielleicht jemand zwischen Ihnen und ihm: Gehen Sie dann nicht weiter. Vergleichen Sie die neuen Wörter mit denen, die „possync-server init-tls“ auf dem Rechner des Servers zeigt.</translation>
    </message>
    <message>
        <source>Compare the words with those that “possync-server init-tls” prints on the server&apos;s computer, best over the phone. If they are the same, it is that server and nobody stands between.</source>
        <translation>Vergleichen Sie die Wörter mit denen, die „possync-server init-tls“ auf dem Rechner des Servers zeigt, am besten am Telefon. Sind sie gleich, dann ist es dieser Server, und niemand steht dazwischen.</translation>
    </message>
    <message>
        <source>The words are the same: &amp;trust the new one instead</source>
        <translation>Die Wörter sind gleich: Statt dessen dem neuen &amp;vertrauen</translation>
    </message>
    <message>
        <source>The words are the same: &amp;trust it</source>
        <translation>Die Wörter sind gleich: Ihm &amp;vertrauen</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Issued by</source>
        <translation>Ausgestellt von</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>Gilt</translation>
    </message>
    <message>
        <source>Trusted until now</source>
        <translation>Bisher vertraut</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>Jetzt gezeigt</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>Fingerprint in words</source>
        <translation>Fingerabdruck in Wörtern</translation>
    </message>
    <message>
        <source>Fingerprint in words, %1</source>
        <translation>Fingerabdruck in Wörtern, %1</translation>
    </message>
</context>
<context>
    <name>possync::gui::Words</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>just now</source>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>vor %1</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Bestellungen</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Speisen</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>Lager</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tische</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Printers</source>
        <translation>Drucker</translation>
    </message>
    <message>
        <source>created</source>
        <translation>angelegt</translation>
    </message>
    <message>
        <source>updated</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>status changed</source>
        <translation>Status geändert</translation>
    </message>
    <message>
        <source>completed</source>
        <translation>abgeschlossen</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>gelöscht</translation>
    </message>
    <message>
        <source>availability changed</source>
        <translation>Verfügbarkeit geändert</translation>
    </message>
    <message>
        <source>stock changed</source>
        <translation>Bestand geändert</translation>
    </message>
    <message>
        <source>item added</source>
        <translation>Posten angelegt</translation>
    </message>
    <message>
        <source>item removed</source>
        <translation>Posten entfernt</translation>
    </message>
    <message>
        <source>low stock alert</source>
        <translation>Bestand knapp</translation>
    </message>
    <message>
        <source>occupied</source>
        <translation>besetzt</translation>
    </message>
    <message>
        <source>available</source>
        <translation>frei</translation>
    </message>
    <message>
        <source>reserved</source>
        <translation>reserviert</translation>
    </message>
    <message>
        <source>cleaning</source>
        <translation>wird gereinigt</translation>
    </message>
    <message>
        <source>role changed</source>
        <translation>Rolle geändert</translation>
    </message>
    <message>
        <source>added</source>
        <translation>hinzugefügt</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>entfernt</translation>
    </message>
    <message>
        <source>configured</source>
        <translation>eingerichtet</translation>
    </message>
    <message>
        <source>assignment changed</source>
        <translation>Zuweisung geändert</translation>
    </message>
    <message>
        <source>upsert</source>
        <translation>angelegt oder geändert</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Order number</source>
        <translation>Bestellnummer</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Kategorie</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>Total amount</source>
        <translation>Gesamtbetrag</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Positionen</translation>
    </message>
    <message>
        <source>In stock</source>
        <translation>Bestand</translation>
    </message>
    <message>
        <source>Minimum</source>
        <translation>Mindestbestand</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Verfügbar</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>Zahlung</translation>
    </message>
    <message>
        <source>Guests</source>
        <translation>Gäste</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tisch</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Bestellung</translation>
    </message>
    <message>
        <source>Station</source>
        <translation>Station</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Angelegt</translation>
    </message>
    <message>
        <source>Updated</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Last sync</source>
        <translation>Letzter Abgleich</translation>
    </message>
    <message>
        <source>Pending</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Bestätigt</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>In Zubereitung</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Served</source>
        <translation>Serviert</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>Abgeschlossen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Storniert</translation>
    </message>
    <message>
        <source>Refunded</source>
        <translation>Erstattet</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>Bezahlt</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Dine in</source>
        <translation>Im Haus</translation>
    </message>
    <message>
        <source>Takeaway</source>
        <translation>Zum Mitnehmen</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>Lieferung</translation>
    </message>
    <message>
        <source>Catering</source>
        <translation>Catering</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>Frei</translation>
    </message>
    <message>
        <source>Occupied</source>
        <translation>Besetzt</translation>
    </message>
    <message>
        <source>Reserved</source>
        <translation>Reserviert</translation>
    </message>
    <message>
        <source>Being cleaned</source>
        <translation>Wird gereinigt</translation>
    </message>
    <message>
        <source>Waiter</source>
        <translation>Bedienung</translation>
    </message>
    <message>
        <source>Cashier</source>
        <translation>Kasse</translation>
    </message>
    <message>
        <source>Kitchen</source>
        <translation>Küche</translation>
    </message>
    <message>
        <source>Manager</source>
        <translation>Leitung</translation>
    </message>
    <message>
        <source>Administrator</source>
        <translation>Verwalter</translation>
    </message>
    <message>
        <source>Kilograms</source>
        <translation>Kilogramm</translation>
    </message>
    <message>
        <source>Grams</source>
        <translation>Gramm</translation>
    </message>
    <message>
        <source>Pieces</source>
        <translation>Stück</translation>
    </message>
    <message>
        <source>Litres</source>
        <translation>Liter</translation>
    </message>
    <message>
        <source>Millilitres</source>
        <translation>Milliliter</translation>
    </message>
    <message>
        <source>Pounds</source>
        <translation>Pfund</translation>
    </message>
    <message>
        <source>Ounces</source>
        <translation>Unzen</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>Einheiten</translation>
    </message>
    <message>
        <source>Wi-Fi</source>
        <translation>WLAN</translation>
    </message>
    <message>
        <source>Ethernet</source>
        <translation>Ethernet</translation>
    </message>
    <message>
        <source>Bluetooth</source>
        <translation>Bluetooth</translation>
    </message>
    <message>
        <source>USB</source>
        <translation>USB</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>Fern</translation>
    </message>
    <message>
        <source>VPN</source>
        <translation>VPN</translation>
    </message>
    <message>
        <source>Dish</source>
        <translation>Gericht</translation>
    </message>
    <message>
        <source>Stock item</source>
        <translation>Ware</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Printer</source>
        <translation>Drucker</translation>
    </message>
</context>
<context>
    <name>possync::gui::RecordCard</name>
    <message>
        <source>&amp;Record…</source>
        <translation>&amp;Aufzeichnen …</translation>
    </message>
    <message>
        <source>&amp;End the recording</source>
        <translation>Aufzeichnung b&amp;eenden</translation>
    </message>
    <message>
        <source>Record a restaurant</source>
        <translation>Ein Restaurant aufzeichnen</translation>
    </message>
    <message>
        <source>What its devices do goes into a file as it happens, with times and exact data: names and pins too.</source>
        <translation>Was seine Geräte tun, kommt laufend in eine Datei, mit Zeiten und genauen Daten: auch Namen und PINs.</translation>
    </message>
    <message>
        <source>from now on</source>
        <translation>ab jetzt</translation>
    </message>
    <message>
        <source>all that is kept, up to now</source>
        <translation>alles Aufbewahrte, bis jetzt</translation>
    </message>
    <message>
        <source>Restaurant</source>
        <translation>Restaurant</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Record into a new file</source>
        <translation>In eine neue Datei aufzeichnen</translation>
    </message>
    <message>
        <source>Recordings (*.jsonl)</source>
        <translation>Aufzeichnungen (*.jsonl)</translation>
    </message>
    <message>
        <source>Nothing came in; %1 holds no change.</source>
        <translation>Es kam nichts; %1 enthält keine Änderung.</translation>
    </message>
    <message numerus="yes">
        <source>Recorded %n change(s) of “%1” in %2.</source>
        <translation>
            <numerusform>%n Änderung von „%1“ in %2 aufgezeichnet.</numerusform>
            <numerusform>%n Änderungen von „%1“ in %2 aufgezeichnet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n Änderung</numerusform>
            <numerusform>%n Änderungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s)</source>
        <translation>
            <numerusform>%n Gerät</numerusform>
            <numerusform>%n Geräte</numerusform>
        </translation>
    </message>
    <message>
        <source>● Recording “%1” for %2: %3</source>
        <translation>● „%1“ wird seit %2 aufgezeichnet: %3</translation>
    </message>
    <message>
        <source>● Recording “%1” for %2: %3. Not connected; what comes meanwhile is fetched later.</source>
        <translation>● „%1“ wird seit %2 aufgezeichnet: %3. Nicht verbunden; was inzwischen kommt, wird nachgeholt.</translation>
    </message>
    <message>
        <source>Ready.</source>
        <translation>Bereit.</translation>
    </message>
</context>
<context>
    <name>possync::gui::ReplayPane</name>
    <message>
        <source>A recording is being read.</source>
        <translation>Eine Aufzeichnung wird gelesen.</translation>
    </message>
    <message>
        <source>Reading was stopped; nothing is open.</source>
        <translation>Das Lesen wurde abgebrochen; nichts ist geöffnet.</translation>
    </message>
    <message>
        <source>%1 is larger than %2, and is read as a whole: record shorter stretches.</source>
        <translation>%1 ist größer als %2 und wird als Ganzes gelesen: Nehmen Sie kürzere Abschnitte auf.</translation>
    </message>
    <message>
        <source>St&amp;op reading</source>
        <translation>Lesen abbre&amp;chen</translation>
    </message>
    <message>
        <source>Read of the file</source>
        <translation>Gelesen von der Datei</translation>
    </message>
    <message>
        <source>Reading %1: %2 %</source>
        <translation>%1 wird gelesen: %2 %</translation>
    </message>
    <message>
        <source>a restaurant for tests</source>
        <translation>ein Restaurant für Tests</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>all of them</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Every change is sent</source>
        <translation>Jede Änderung ist gesendet</translation>
    </message>
    <message>
        <source>Every change is confirmed to its sender</source>
        <translation>Jede Änderung ist dem Absender bestätigt</translation>
    </message>
    <message>
        <source>Every device has the changes of the others</source>
        <translation>Jedes Gerät hat die Änderungen der anderen</translation>
    </message>
    <message>
        <source>No change comes twice</source>
        <translation>Keine Änderung kommt doppelt</translation>
    </message>
    <message>
        <source>No change overtakes one of the same device</source>
        <translation>Keine Änderung überholt eine desselben Geräts</translation>
    </message>
    <message>
        <source>No change is altered on its way</source>
        <translation>Keine Änderung ist unterwegs verändert</translation>
    </message>
    <message>
        <source>The records are as in the recording</source>
        <translation>Die Datensätze sind wie in der Aufzeichnung</translation>
    </message>
    <message>
        <source>Re&amp;play</source>
        <translation>Ab&amp;spielen</translation>
    </message>
    <message>
        <source>E&amp;nd the replay</source>
        <translation>Abspielen bee&amp;nden</translation>
    </message>
    <message>
        <source>How the replay went</source>
        <translation>Wie das Abspielen verlief</translation>
    </message>
    <message>
        <source>No replay yet</source>
        <translation>Noch nichts abgespielt</translation>
    </message>
    <message>
        <source>How it went appears here when it ends: what was lost, what came twice, and whether the records are the same.</source>
        <translation>Am Ende steht hier, wie es verlief: was verloren ging, was doppelt kam und ob die Datensätze gleich sind.</translation>
    </message>
    <message>
        <source>Replay a recording</source>
        <translation>Eine Aufzeichnung abspielen</translation>
    </message>
    <message>
        <source>&amp;Open a recording…</source>
        <translation>Aufzeichnung ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open a recording</source>
        <translation>Eine Aufzeichnung öffnen</translation>
    </message>
    <message>
        <source>Recordings (*.jsonl)</source>
        <translation>Aufzeichnungen (*.jsonl)</translation>
    </message>
    <message>
        <source>One virtual device for each recorded one does again what that did.</source>
        <translation>Je aufgezeichnetem Gerät tut ein virtuelles noch einmal, was jenes tat.</translation>
    </message>
    <message>
        <source>as it was</source>
        <translation>wie es war</translation>
    </message>
    <message>
        <source>10 times as fast</source>
        <translation>10-mal so schnell</translation>
    </message>
    <message>
        <source>100 times as fast</source>
        <translation>100-mal so schnell</translation>
    </message>
    <message>
        <source>as fast as it goes</source>
        <translation>so schnell es geht</translation>
    </message>
    <message>
        <source>as the app (classic)</source>
        <translation>wie die App (klassisch)</translation>
    </message>
    <message>
        <source>v2, with the SDK</source>
        <translation>v2, mit dem SDK</translation>
    </message>
    <message>
        <source>Into</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Devices speak</source>
        <translation>Geräte sprechen</translation>
    </message>
    <message>
        <source>Changes sent</source>
        <translation>Gesendete Änderungen</translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>%1 kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>%1, line %2: %3</source>
        <translation>%1, Zeile %2: %3</translation>
    </message>
    <message>
        <source>%1 holds no change.</source>
        <translation>%1 enthält keine Änderung.</translation>
    </message>
    <message>
        <source>%1: %2 of %3 in “%4”, %5, over %6.</source>
        <translation>%1: %2 von %3 in „%4“, %5, über %6.</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n Änderung</numerusform>
            <numerusform>%n Änderungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s)</source>
        <translation>
            <numerusform>%n Gerät</numerusform>
            <numerusform>%n Geräten</numerusform>
        </translation>
    </message>
    <message>
        <source>Its last line is not complete, and is left out.</source>
        <translation>Die letzte Zeile ist nicht vollständig und bleibt weg.</translation>
    </message>
    <message>
        <source>Not connected to a server.</source>
        <translation>Mit keinem Server verbunden.</translation>
    </message>
    <message>
        <source>Open a recording first.</source>
        <translation>Öffnen Sie zuerst eine Aufzeichnung.</translation>
    </message>
    <message>
        <source>Say into which restaurant: one for tests.</source>
        <translation>Sagen Sie, in welches Restaurant: eines für Tests.</translation>
    </message>
    <message>
        <source>Everything in the recording is done there once more: orders, payments, stock. It cannot be taken back.</source>
        <translation>Alles in der Aufzeichnung geschieht dort noch einmal: Bestellungen, Zahlungen, Lager. Es lässt sich nicht zurücknehmen.</translation>
    </message>
    <message>
        <source>Replay it there</source>
        <translation>Dort abspielen</translation>
    </message>
    <message>
        <source>Refused, or gave way: %1; nobody gets those.</source>
        <translation>Abgelehnt oder gewichen: %1; diese bekommt niemand.</translation>
    </message>
    <message>
        <source>Left out: %1 that v2 cannot say.</source>
        <translation>Weggelassen: %1, die v2 nicht sagen kann.</translation>
    </message>
    <message>
        <source>Preparing the restaurant</source>
        <translation>Das Restaurant wird vorbereitet</translation>
    </message>
    <message>
        <source>Connecting the devices: %1 of %2</source>
        <translation>Die Geräte verbinden sich: %1 von %2</translation>
    </message>
    <message>
        <source>Comparing the records</source>
        <translation>Die Datensätze werden verglichen</translation>
    </message>
    <message>
        <source>Sent %1 of %2, delivered %3 of %4</source>
        <translation>%1 von %2 gesendet, %3 von %4 zugestellt</translation>
    </message>
    <message>
        <source>Took %1; half of the deliveries within %2, 99 of 100 within %3.</source>
        <translation>Dauerte %1; die Hälfte der Zustellungen binnen %2, 99 von 100 binnen %3.</translation>
    </message>
    <message>
        <source>Clean: nothing lost, nothing twice.</source>
        <translation>Sauber: nichts verloren, nichts doppelt.</translation>
    </message>
    <message>
        <source>Not clean.</source>
        <translation>Nicht sauber.</translation>
    </message>
    <message>
        <source>“%1” is a live restaurant: you will be asked first.</source>
        <translation>„%1“ ist ein Restaurant in Betrieb: Sie werden zuerst gefragt.</translation>
    </message>
    <message>
        <source>Ready.</source>
        <translation>Bereit.</translation>
    </message>
</context>
<context>
    <name>possync::remote</name>
    <message>
        <source>reading was ended here</source>
        <translation>hier wurde das Lesen beendet</translation>
    </message>
    <message>
        <source>longer than 8 MiB: this is no recording</source>
        <translation>länger als 8 MiB: Das ist keine Aufzeichnung</translation>
    </message>
    <message>
        <source>this is no recording: the file is empty</source>
        <translation>das ist keine Aufzeichnung: Die Datei ist leer</translation>
    </message>
    <message>
        <source>this is no recording: it must begin with %1</source>
        <translation>das ist keine Aufzeichnung: Sie müsste mit %1 beginnen</translation>
    </message>
    <message>
        <source>a recording begins here, in the middle of one</source>
        <translation>hier beginnt eine Aufzeichnung mitten in einer anderen</translation>
    </message>
    <message>
        <source>a recording of version %1; this program reads version %2</source>
        <translation>eine Aufzeichnung der Version %1; dieses Programm liest Version %2</translation>
    </message>
    <message>
        <source>there is no data type &quot;%1&quot;</source>
        <translation>es gibt keine Datenart „%1“</translation>
    </message>
    <message>
        <source>&quot;entity_id&quot; is empty</source>
        <translation>„entity_id“ ist leer</translation>
    </message>
    <message>
        <source>a record behind the end</source>
        <translation>ein Datensatz hinter dem Ende</translation>
    </message>
    <message>
        <source>&quot;before&quot; behind a change</source>
        <translation>„before“ hinter einer Änderung</translation>
    </message>
    <message>
        <source>there is no &quot;%1&quot; of &quot;%2&quot;</source>
        <translation>es gibt kein „%1“ bei „%2“</translation>
    </message>
    <message>
        <source>change %1 comes behind change %2</source>
        <translation>Änderung %1 kommt hinter Änderung %2</translation>
    </message>
    <message>
        <source>a change behind the end</source>
        <translation>eine Änderung hinter dem Ende</translation>
    </message>
    <message>
        <source>field &quot;entity_id&quot; is missing</source>
        <translation>das Feld „entity_id“ fehlt</translation>
    </message>
    <message>
        <source>it has ended before</source>
        <translation>sie hat schon geendet</translation>
    </message>
    <message>
        <source>%1 changes were recorded, but the file holds %2</source>
        <translation>aufgezeichnet wurden %1 Änderungen, aber die Datei hat %2</translation>
    </message>
    <message>
        <source>the keychain does not answer</source>
        <translation>der Schlüsselbund antwortet nicht</translation>
    </message>
    <message>
        <source>this computer has no keychain</source>
        <translation>dieser Rechner hat keinen Schlüsselbund</translation>
    </message>
    <message>
        <source>the keychain was not opened</source>
        <translation>der Schlüsselbund wurde nicht geöffnet</translation>
    </message>
    <message>
        <source>the keychain refuses: %1</source>
        <translation>der Schlüsselbund lehnt ab: %1</translation>
    </message>
    <message>
        <source>The server&apos;s answer makes no sense: %1.</source>
        <translation>Die Antwort des Servers ergibt keinen Sinn: %1.</translation>
    </message>
    <message>
        <source>Is this a PosSync server, and of the same version?</source>
        <translation>Ist das ein PosSync-Server, und von derselben Version?</translation>
    </message>
    <message>
        <source>Is possync-server running? Start it with: possync-server</source>
        <translation>Läuft possync-server? Gestartet wird er mit: possync-server</translation>
    </message>
    <message>
        <source>Could not reach %1: nothing answers there.</source>
        <translation>%1 ist nicht zu erreichen: Dort antwortet nichts.</translation>
    </message>
    <message>
        <source>Could not reach %1: %2.</source>
        <translation>%1 ist nicht zu erreichen: %2.</translation>
    </message>
    <message>
        <source>%1 sent more than %2 MiB for an answer.</source>
        <translation>%1 schickte mehr als %2 MiB als Antwort.</translation>
    </message>
    <message>
        <source>Ask for less at a time.</source>
        <translation>Fragen Sie nach weniger auf einmal.</translation>
    </message>
    <message>
        <source>%1 answered with HTTP status %2.</source>
        <translation>%1 antwortete mit dem HTTP-Status %2.</translation>
    </message>
    <message>
        <source>Is this a PosSync server?</source>
        <translation>Ist das ein PosSync-Server?</translation>
    </message>
    <message>
        <source>Could not reach %1: no machine of that name is known.</source>
        <translation>%1 ist nicht zu erreichen: Ein Rechner dieses Namens ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Check the address.</source>
        <translation>Prüfen Sie die Adresse.</translation>
    </message>
    <message>
        <source>%1 did not answer in time.</source>
        <translation>%1 antwortete nicht rechtzeitig.</translation>
    </message>
    <message>
        <source>Try again; the server&apos;s log says what keeps it busy.</source>
        <translation>Versuchen Sie es noch einmal; das Log des Servers sagt, womit er beschäftigt ist.</translation>
    </message>
    <message>
        <source>Could not reach %1: it closed the connection without an answer.</source>
        <translation>%1 ist nicht zu erreichen: Die Verbindung wurde ohne Antwort geschlossen.</translation>
    </message>
    <message>
        <source>Could not speak TLS with %1: %2.</source>
        <translation>Mit %1 kommt keine TLS-Verbindung zustande: %2.</translation>
    </message>
    <message>
        <source>Could not speak TLS with %1: the connection broke.</source>
        <translation>Mit %1 kommt keine TLS-Verbindung zustande: Die Verbindung brach ab.</translation>
    </message>
    <message>
        <source>The connection was closed.</source>
        <translation>Die Verbindung wurde geschlossen.</translation>
    </message>
    <message>
        <source>Could not reach %1: the connection was lost.</source>
        <translation>%1 ist nicht zu erreichen: Die Verbindung ging verloren.</translation>
    </message>
    <message>
        <source>%1 asks for a token.</source>
        <translation>%1 verlangt ein Token.</translation>
    </message>
    <message>
        <source>%1 does not accept the token: it is unknown, over or revoked.</source>
        <translation>%1 nimmt das Token nicht an: Es ist unbekannt, abgelaufen oder widerrufen.</translation>
    </message>
    <message>
        <source>The token is good for %1, but not for watching it.</source>
        <translation>Das Token gilt für %1, aber nicht zum Zusehen.</translation>
    </message>
    <message>
        <source>%1 does not let this program watch.</source>
        <translation>%1 lässt dieses Programm nicht zusehen.</translation>
    </message>
    <message>
        <source>Is it a PosSync server, and does it ask for a token?</source>
        <translation>Ist es ein PosSync-Server, und verlangt er ein Token?</translation>
    </message>
    <message>
        <source>The server speaks version %1 of the admin protocol, this program version 1.</source>
        <translation>Der Server spricht Version %1 des Verwaltungsprotokolls, dieses Programm Version 1.</translation>
    </message>
    <message>
        <source>Use the console that came with the server.</source>
        <translation>Nehmen Sie die Konsole, die zum Server gehört.</translation>
    </message>
    <message>
        <source>There is no connection to the server.</source>
        <translation>Es besteht keine Verbindung zum Server.</translation>
    </message>
    <message>
        <source>%1 no longer answers.</source>
        <translation>%1 antwortet nicht mehr.</translation>
    </message>
    <message>
        <source>The server did not answer in time.</source>
        <translation>Der Server antwortete nicht rechtzeitig.</translation>
    </message>
    <message>
        <source>%1 shows another certificate than the one trusted for it.</source>
        <translation>%1 zeigt ein anderes Zertifikat als das, dem vertraut wird.</translation>
    </message>
    <message>
        <source>Nobody this computer knows vouches for the certificate of %1.</source>
        <translation>Für das Zertifikat von %1 bürgt niemand, den dieser Rechner kennt.</translation>
    </message>
    <message>
        <source>The certificate of %1 holds from %2 to %3 only.</source>
        <translation>Das Zertifikat von %1 gilt nur vom %2 bis zum %3.</translation>
    </message>
    <message>
        <source>possync-server init-tls makes a new one; also check this computer&apos;s clock.</source>
        <translation>possync-server init-tls macht ein neues; prüfen Sie auch die Uhr dieses Rechners.</translation>
    </message>
    <message>
        <source>The certificate of %1 is for %2, not for %3.</source>
        <translation>Das Zertifikat von %1 ist für %2, nicht für %3.</translation>
    </message>
    <message>
        <source>Use one of those names, or have possync-server init-tls %1 add this one.</source>
        <translation>Nehmen Sie einen dieser Namen, oder lassen Sie possync-server init-tls %1 diesen hinzufügen.</translation>
    </message>
    <message>
        <source>The server went back to a backup; the recording ends before that.</source>
        <translation>Der Server ging auf eine Sicherung zurück; die Aufzeichnung endet davor.</translation>
    </message>
    <message>
        <source>%1 has %2 changes: there is nothing behind change %3.</source>
        <translation>%1 hat %2 Änderungen: Nach Änderung %3 kommt nichts.</translation>
    </message>
    <message>
        <source>%1 is there already, and recordings are not overwritten.</source>
        <translation>%1 gibt es schon, und Aufzeichnungen werden nicht überschrieben.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>%1 lässt sich nicht schreiben: %2.</translation>
    </message>
    <message>
        <source>Give another name.</source>
        <translation>Geben Sie einen anderen Namen an.</translation>
    </message>
    <message>
        <source>The records as they were before are not in it: part of them was set before the oldest change kept.</source>
        <translation>Die Datensätze, wie sie vorher waren, sind nicht darin: Ein Teil stammt aus der Zeit vor der ältesten aufbewahrten Änderung.</translation>
    </message>
    <message>
        <source>The records as they were before are not in it: %1</source>
        <translation>Die Datensätze, wie sie vorher waren, sind nicht darin: %1</translation>
    </message>
    <message>
        <source>Stopped before the recording began.</source>
        <translation>Beendet, bevor die Aufzeichnung begann.</translation>
    </message>
    <message>
        <source>What came in at the very end may be missing: %1</source>
        <translation>Was ganz am Ende kam, kann fehlen: %1</translation>
    </message>
    <message>
        <source>The records as they were at the end are not in it: part of them is no longer kept.</source>
        <translation>Die Datensätze, wie sie am Ende waren, sind nicht darin: Ein Teil wird nicht mehr aufbewahrt.</translation>
    </message>
    <message>
        <source>The records as they were at the end are not in it: %1</source>
        <translation>Die Datensätze, wie sie am Ende waren, sind nicht darin: %1</translation>
    </message>
    <message>
        <source>What came before is in the file.</source>
        <translation>Was vorher kam, ist in der Datei.</translation>
    </message>
    <message>
        <source>%1 is a live restaurant: %2 works in it.</source>
        <translation>%1 ist ein Restaurant im Betrieb: %2 arbeitet darin.</translation>
    </message>
    <message>
        <source>Replay into a restaurant of its own.</source>
        <translation>Spielen Sie in ein eigenes Restaurant ab.</translation>
    </message>
    <message>
        <source>%1 has a history of its own, and its name does not begin with test-.</source>
        <translation>%1 hat eine eigene Geschichte, und der Name beginnt nicht mit test-.</translation>
    </message>
    <message>
        <source>Replay into a new restaurant, or one called test-…</source>
        <translation>Spielen Sie in ein neues Restaurant ab, oder in eines namens test-…</translation>
    </message>
    <message>
        <source>The records were not compared: %1 was not empty.</source>
        <translation>Die Datensätze wurden nicht verglichen: %1 war nicht leer.</translation>
    </message>
    <message>
        <source>A record of the recording was refused: %1.</source>
        <translation>Ein Datensatz der Aufzeichnung wurde abgelehnt: %1.</translation>
    </message>
    <message>
        <source>Only %1 of %2 devices could connect.</source>
        <translation>Nur %1 von %2 Geräten konnten sich verbinden.</translation>
    </message>
    <message>
        <source>The server&apos;s log says why.</source>
        <translation>Das Log des Servers sagt, warum.</translation>
    </message>
    <message>
        <source>Stopped by hand.</source>
        <translation>Von Hand beendet.</translation>
    </message>
    <message>
        <source>The records were not compared: the recording does not say how they were.</source>
        <translation>Die Datensätze wurden nicht verglichen: Die Aufzeichnung sagt nicht, wie sie waren.</translation>
    </message>
    <message>
        <source>The records were not compared: %1</source>
        <translation>Die Datensätze wurden nicht verglichen: %1</translation>
    </message>
    <message>
        <source>Users were not compared: changes of users were recorded that do not say whom they are about.</source>
        <translation>Benutzer wurden nicht verglichen: Es wurden Änderungen von Benutzern aufgezeichnet, die nicht sagen, wen sie betreffen.</translation>
    </message>
    <message>
        <source>stopped before it was decided</source>
        <translation>angehalten, bevor es entschieden war</translation>
    </message>
    <message>
        <source>%1 of %2 reaches %3 within %4 ms</source>
        <translation>%1 von %2 erreicht %3 binnen %4 ms</translation>
    </message>
    <message>
        <source>after %1 ms</source>
        <translation>nach %1 ms</translation>
    </message>
    <message>
        <source>not in time at %1</source>
        <translation>nicht rechtzeitig bei %1</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>gesendet</translation>
    </message>
    <message>
        <source>%1 changes</source>
        <translation>%1 Änderungen</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>zugestellt</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>verloren</translation>
    </message>
    <message>
        <source>duplicated</source>
        <translation>doppelt</translation>
    </message>
    <message>
        <source>reordered</source>
        <translation>vertauscht</translation>
    </message>
    <message>
        <source>altered</source>
        <translation>verändert</translation>
    </message>
    <message>
        <source>latency</source>
        <translation>Laufzeit</translation>
    </message>
    <message>
        <source>median %1 ms, 99 of 100 %2 ms, longest %3 ms</source>
        <translation>die Hälfte unter %1 ms, 99 von 100 unter %2 ms, längste %3 ms</translation>
    </message>
    <message>
        <source>converged</source>
        <translation>alle gleich</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>%1 ms after the last step</source>
        <translation>%1 ms nach dem letzten Schritt</translation>
    </message>
    <message>
        <source>records</source>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>the same on all devices and on the server</source>
        <translation>auf allen Geräten und dem Server gleich</translation>
    </message>
    <message>
        <source>%1 differ</source>
        <translation>%1 verschieden</translation>
    </message>
    <message>
        <source>not a JSON object (%1)</source>
        <translation>kein JSON-Objekt (%1)</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be %2</source>
        <translation>„%1“ muss %2 sein</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is missing</source>
        <translation>„%1“ fehlt</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>ein Text</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>eine ganze Zahl</translation>
    </message>
    <message>
        <source>0 or more</source>
        <translation>0 oder mehr</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>eine Zahl</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false</translation>
    </message>
    <message>
        <source>a time</source>
        <translation>ein Zeitpunkt</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>eine Liste</translation>
    </message>
    <message>
        <source>a list of texts</source>
        <translation>eine Liste von Texten</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>ein Objekt</translation>
    </message>
</context>
<context>
    <name>possync::gui::ServerErrors</name>
    <message>
        <source>What was sent is not JSON.</source>
        <translation>Was gesendet wurde, ist kein JSON.</translation>
    </message>
    <message>
        <source>A field is missing.</source>
        <translation>Ein Feld fehlt.</translation>
    </message>
    <message>
        <source>A field holds what it must not.</source>
        <translation>In einem Feld steht, was dort nicht stehen darf.</translation>
    </message>
    <message>
        <source>The server does not know this kind of message.</source>
        <translation>Der Server kennt diese Art von Nachricht nicht.</translation>
    </message>
    <message>
        <source>The server does not know this type of record.</source>
        <translation>Der Server kennt diese Art von Datensatz nicht.</translation>
    </message>
    <message>
        <source>The server does not know this action.</source>
        <translation>Der Server kennt diese Aktion nicht.</translation>
    </message>
    <message>
        <source>This names another restaurant.</source>
        <translation>Das nennt ein anderes Restaurant.</translation>
    </message>
    <message>
        <source>The server could not store it; nothing was kept. Try again later.</source>
        <translation>Der Server konnte es nicht speichern; nichts davon wurde behalten. Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>Too much came at once; try again in a moment.</source>
        <translation>Zu viel auf einmal; versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The server asks for a token.</source>
        <translation>Der Server verlangt ein Token.</translation>
    </message>
    <message>
        <source>The server does not know this token.</source>
        <translation>Der Server kennt dieses Token nicht.</translation>
    </message>
    <message>
        <source>The token is over.</source>
        <translation>Das Token ist abgelaufen.</translation>
    </message>
    <message>
        <source>The token was revoked.</source>
        <translation>Das Token wurde widerrufen.</translation>
    </message>
    <message>
        <source>The role of your token does not allow this.</source>
        <translation>Die Rolle Ihres Tokens erlaubt das nicht.</translation>
    </message>
    <message>
        <source>There is no such token.</source>
        <translation>Dieses Token gibt es nicht.</translation>
    </message>
    <message>
        <source>This conflict is no longer kept.</source>
        <translation>Dieser Konflikt wird nicht mehr aufbewahrt.</translation>
    </message>
    <message>
        <source>There is nothing to put back.</source>
        <translation>Es gibt nichts zurückzuholen.</translation>
    </message>
    <message>
        <source>The value stays as it is.</source>
        <translation>Der Wert bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>Too many late changes wait for a decision already.</source>
        <translation>Es warten schon zu viele späte Änderungen auf eine Entscheidung.</translation>
    </message>
    <message>
        <source>It was left out already.</source>
        <translation>Sie wurde schon weggelassen.</translation>
    </message>
    <message>
        <source>It was taken over already.</source>
        <translation>Sie wurde schon übernommen.</translation>
    </message>
    <message>
        <source>There is nothing to leave out.</source>
        <translation>Es gibt nichts wegzulassen.</translation>
    </message>
    <message>
        <source>This pairing code is not known, was used, or is over.</source>
        <translation>Diesen Kopplungscode gibt es nicht, er wurde benutzt oder ist abgelaufen.</translation>
    </message>
    <message>
        <source>The server does not have this.</source>
        <translation>Das hat der Server nicht.</translation>
    </message>
    <message>
        <source>The server does not know this restaurant.</source>
        <translation>Der Server kennt dieses Restaurant nicht.</translation>
    </message>
    <message>
        <source>The server does not have this record.</source>
        <translation>Der Server hat diesen Datensatz nicht.</translation>
    </message>
    <message>
        <source>The server does not know this device.</source>
        <translation>Der Server kennt dieses Gerät nicht.</translation>
    </message>
    <message>
        <source>This device is not connected any more.</source>
        <translation>Dieses Gerät ist nicht mehr verbunden.</translation>
    </message>
    <message>
        <source>The server does not know this command; is it older than the console?</source>
        <translation>Der Server kennt diesen Befehl nicht; ist er älter als die Konsole?</translation>
    </message>
    <message>
        <source>These changes are no longer kept.</source>
        <translation>Diese Änderungen werden nicht mehr aufbewahrt.</translation>
    </message>
    <message>
        <source>This moment is older than what is kept.</source>
        <translation>Dieser Zeitpunkt ist älter als das, was aufbewahrt wird.</translation>
    </message>
    <message>
        <source>It is too large.</source>
        <translation>Es ist zu groß.</translation>
    </message>
    <message>
        <source>The server is busy; try again later.</source>
        <translation>Der Server ist beschäftigt; versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>The server cannot do this now.</source>
        <translation>Der Server kann das jetzt nicht.</translation>
    </message>
    <message>
        <source>It took too long.</source>
        <translation>Es hat zu lange gedauert.</translation>
    </message>
    <message>
        <source>Something went wrong in the server.</source>
        <translation>Im Server ist etwas schiefgegangen.</translation>
    </message>
    <message>
        <source>This id names another change.</source>
        <translation>Diese Kennung gehört zu einer anderen Änderung.</translation>
    </message>
    <message>
        <source>The record has been deleted.</source>
        <translation>Der Datensatz wurde gelöscht.</translation>
    </message>
    <message>
        <source>The record was made anew since.</source>
        <translation>Der Datensatz wurde seither neu angelegt.</translation>
    </message>
    <message>
        <source>The order is paid already.</source>
        <translation>Die Bestellung ist schon bezahlt.</translation>
    </message>
    <message>
        <source>Another took the table first.</source>
        <translation>Der Tisch war schon vergeben.</translation>
    </message>
    <message>
        <source>The line went to the kitchen already: cancel it.</source>
        <translation>Die Position ging schon in die Küche: stornieren Sie sie.</translation>
    </message>
    <message>
        <source>There is no such line in the order.</source>
        <translation>Diese Position gibt es in der Bestellung nicht.</translation>
    </message>
    <message>
        <source>The device has been replaced; somebody has to decide on the change.</source>
        <translation>Das Gerät wurde ersetzt; jemand muss über die Änderung entscheiden.</translation>
    </message>
    <message>
        <source>%1 (the server says: %2)</source>
        <translation>%1 (Der Server sagt: %2)</translation>
    </message>
</context>
</TS>
