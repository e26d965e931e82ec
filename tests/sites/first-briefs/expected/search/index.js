chancerySearch.deliver("index","f78eee7904",{"firsts":[""]});
