// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/columnfit.h"
#include "console/gui/base/tabletools.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QSettings>
#include <QStandardItemModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// Columns of a table share its width, through a real table on the screen.
class ColumnsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void columnsFillTheTable_data();
    void columnsFillTheTable();
    void lesserColumnsLeaveAndReturn();
    void headingsAreNeverCut();
    void chosenColumnsStay();
    void leftOutColumnIsOut();
    void draggedWidthIsKept();
    void layoutIsRemembered();
    void otherColumnsBeginAnew();
    void widthsComeBackWithTheirColumns();

private:
    enum Column { Name, Words, Lesser, Least };

    int room() const { return m_table->viewport()->width(); }
    QHeaderView &header() const { return *m_table->horizontalHeader(); }
    void widen(int width);

    std::unique_ptr<QStandardItemModel> m_model;
    std::unique_ptr<QTableView> m_table;
    ColumnFit *m_fit = nullptr;
};

void ColumnsTest::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin).*"_s));
    m_table.reset();
    m_model = std::make_unique<QStandardItemModel>(3, 4);
    m_model->setHorizontalHeaderLabels({u"Name"_s, u"Words"_s, u"Lesser"_s, u"Least of all"_s});
    m_table = std::make_unique<QTableView>();
    m_table->setModel(m_model.get());
    prepareTable(m_table.get(), {});
    m_fit = new ColumnFit(m_table.get(), {{.wanted = 20, .least = 10},
                                          {.wanted = 40, .least = 15, .share = 1},
                                          {.wanted = 12, .least = 12, .rank = 1},
                                          {.wanted = 10, .rank = 2}});
    m_table->resize(900, 200);
    m_table->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_table.get()));
}

void ColumnsTest::widen(int width)
{
    m_table->resize(width, 200);
    QCoreApplication::processEvents();
}

void ColumnsTest::columnsFillTheTable_data()
{
    QTest::addColumn<int>("width");
    for (const int width : {300, 411, 500, 617, 700, 1000, 1777})
        QTest::newRow(QByteArray::number(width).constData()) << width;
}

void ColumnsTest::columnsFillTheTable()
{
    QFETCH(int, width);
    widen(width);
    QCOMPARE(header().length(), room());
    QVERIFY(!m_table->horizontalScrollBar()->isVisible());
    // A scroll bar at the side takes its part.
    m_model->setRowCount(100);
    QTRY_VERIFY(m_table->verticalScrollBar()->isVisible());
    QTRY_COMPARE(header().length(), room());
}

void ColumnsTest::lesserColumnsLeaveAndReturn()
{
    const auto out = [this] {
        QList<int> columns;
        for (int column = 0; column < header().count(); ++column) {
            if (header().isSectionHidden(column))
                columns.append(column);
        }
        return columns;
    };
    widen(1000);
    QCOMPARE(out(), QList<int>());
    QList<QList<int>> seen;
    for (int width = 1000; width > 200; width -= 10) {
        widen(width);
        if (seen.isEmpty() || seen.last() != out())
            seen.append(out());
    }
    QCOMPARE(seen, (QList<QList<int>>{{}, {Least}, {Lesser, Least}}));
    widen(1000);
    QCOMPARE(out(), QList<int>());
    // Narrower than what must stay, it scrolls rather than hide that.
    widen(120);
    QVERIFY(!header().isSectionHidden(Name) && !header().isSectionHidden(Words));
    QVERIFY(header().length() > room());
}

void ColumnsTest::headingsAreNeverCut()
{
    widen(120);
    QFont bold = header().font();
    bold.setWeight(QFont::DemiBold);
    for (const int column : {Name, Words})
        QVERIFY(header().sectionSize(column) > QFontMetrics(bold).horizontalAdvance(
                    m_model->headerData(column, Qt::Horizontal).toString()));
}

void ColumnsTest::chosenColumnsStay()
{
    widen(330);
    QVERIFY(header().isSectionHidden(Least) && header().isSectionHidden(Lesser));
    m_fit->choose(Least, true);
    QVERIFY(!header().isSectionHidden(Least));
    m_fit->choose(Words, false);
    QVERIFY(header().isSectionHidden(Words));
    QVERIFY(!header().isSectionHidden(Lesser)); // now there is room for it
    widen(1000);
    QVERIFY(header().isSectionHidden(Words));
}

void ColumnsTest::leftOutColumnIsOut()
{
    widen(1000);
    m_fit->choose(Lesser, true);
    m_fit->setLeftOut(Lesser, true);
    QVERIFY(header().isSectionHidden(Lesser));
    QCOMPARE(header().length(), room());
    m_fit->setLeftOut(Lesser, false);
    QVERIFY(!header().isSectionHidden(Lesser));
}

void ColumnsTest::draggedWidthIsKept()
{
    widen(800);
    // With the mouse, as a person would.
    const int edge = header().sectionViewportPosition(Name) + header().sectionSize(Name) - 1;
    const QPoint from(edge, header().height() / 2);
    const int before = header().sectionSize(Name);
    QTest::mousePress(header().viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(header().viewport(), from + QPoint(40, 0));
    QTest::mouseRelease(header().viewport(), Qt::LeftButton, {}, from + QPoint(40, 0));
    QVERIFY(!m_fit->isFitting());
    const int dragged = header().sectionSize(Name);
    QCOMPARE_GT(dragged, before);
    widen(1000);
    QCOMPARE(header().sectionSize(Name), dragged);
    m_fit->reset();
    QVERIFY(m_fit->isFitting());
    QCOMPARE(header().length(), room());
}

void ColumnsTest::layoutIsRemembered()
{
    const QTemporaryDir dir;
    QSettings settings(dir.filePath(u"settings.ini"_s), QSettings::IniFormat);
    widen(1000);
    m_fit->choose(Least, false);
    header().moveSection(Words, 0);
    m_fit->save(settings, u"fitted"_s);
    header().resizeSection(Name, 333);
    QVERIFY(!m_fit->isFitting());
    m_fit->save(settings, u"own"_s);
    m_fit->reset();
    m_fit->restore(settings, u"fitted"_s);
    QVERIFY(m_fit->isFitting());
    QVERIFY(header().isSectionHidden(Least));
    QCOMPARE(header().visualIndex(Words), 0);
    QCOMPARE(header().length(), room());
    m_fit->restore(settings, u"own"_s);
    QVERIFY(!m_fit->isFitting());
    QCOMPARE(header().sectionSize(Name), 333);
    m_fit->restore(settings, u"never saved"_s);
    QVERIFY(m_fit->isFitting());
}

void ColumnsTest::otherColumnsBeginAnew()
{
    header().resizeSection(Name, 300); // by hand
    QVERIFY(!m_fit->isFitting());
    m_model->setColumnCount(9);
    QList<ColumnWish> wishes(9, {.wanted = 20, .least = 12, .rank = 0});
    for (int column = 3; column < 9; ++column)
        wishes[column].rank = column;
    m_fit->setColumns(QString(u"abcdefghi"_s).split(QString(), Qt::SkipEmptyParts), wishes);
    QVERIFY(m_fit->isFitting());
    QVERIFY(!m_table->horizontalScrollBar()->isVisible());
    QCOMPARE_LE(header().length(), room());
    QVERIFY(!header().isSectionHidden(2) && header().isSectionHidden(8));
    // Fewer again, as where a restaurant has no records of a type.
    m_model->setColumnCount(0);
    m_fit->setColumns({}, {});
    widen(500);
    QCOMPARE(header().count(), 0);
}

void ColumnsTest::widthsComeBackWithTheirColumns()
{
    const auto become = [this](const QStringList &names) {
        m_model->setColumnCount(0);
        m_model->setHorizontalHeaderLabels(names);
        m_fit->setColumns(names, QList<ColumnWish>(names.size(), {.wanted = 12, .least = 8}));
    };
    const QStringList orders{u"orders/id"_s, u"orders/status"_s, u"orders/total"_s};
    const QStringList tables{u"tables/id"_s, u"tables/status"_s};
    widen(1000);
    become(orders);
    QVERIFY(m_fit->isFitting());
    header().resizeSection(1, 222); // by hand
    const int beside = header().sectionSize(0);
    header().resizeSection(2, 99);
    m_fit->choose(0, false);
    become(tables);
    QVERIFY(m_fit->isFitting()); // nobody dragged these
    QVERIFY(!header().isSectionHidden(0));
    // Back again, with a field that one order has now.
    become(QStringList(u"orders/note"_s) + orders);
    QVERIFY(!m_fit->isFitting());
    QCOMPARE(header().sectionSize(2), 222);
    QCOMPARE(header().sectionSize(3), 99);
    QVERIFY(header().isSectionHidden(1));
    m_fit->choose(1, true);
    QCOMPARE(header().sectionSize(1), beside);
    // Over a restart, where the columns come later.
    const QTemporaryDir dir;
    QSettings settings(dir.filePath(u"settings.ini"_s), QSettings::IniFormat);
    m_fit->save(settings, u"data"_s);
    m_model->setColumnCount(0);
    QTableView other;
    other.setModel(m_model.get());
    prepareTable(&other, {});
    ColumnFit later(&other, {});
    later.restore(settings, u"data"_s);
    m_model->setHorizontalHeaderLabels(orders);
    later.setColumns(orders, QList<ColumnWish>(3, {.wanted = 12}));
    QCOMPARE(other.horizontalHeader()->sectionSize(1), 222);
    later.reset();
    QVERIFY(later.isFitting());
    later.setColumns(orders, QList<ColumnWish>(3, {.wanted = 12}));
    QVERIFY(later.isFitting());
}

} // namespace possync::gui

QTEST_MAIN(possync::gui::ColumnsTest)
#include "tst_gui_columns.moc"
